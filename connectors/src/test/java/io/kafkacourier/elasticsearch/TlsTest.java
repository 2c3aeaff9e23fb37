/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigException;
import org.elasticsearch.client.Request;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    static Path directory;

    private static X509Certificate authority;
    private static X509Certificate leaf;
    private static X509Certificate foreignLeaf;

    /** An authority with a server for localhost and one for another name, and an impostor that has its name only. */
    @BeforeAll
    static void makeCertificates() throws Exception {
        keytool("real.p12", "ca", "CN=Courier CA", "-ext", "bc:c");
        keytool("real.p12", "leaf", "CN=leaf", "-signer", "ca", "-ext", "san=dns:localhost");
        keytool("real.p12", "elsewhere", "CN=elsewhere", "-signer", "ca", "-ext", "san=dns:elsewhere.example");
        keytool("false.p12", "ca", "CN=Courier CA", "-ext", "bc:c");
        keytool("false.p12", "leaf", "CN=leaf", "-signer", "ca", "-ext", "san=dns:localhost");
        authority = certificate("real.p12", "ca");
        leaf = certificate("real.p12", "leaf");
        foreignLeaf = certificate("false.p12", "leaf");
        Files.writeString(directory.resolve("ca.pem"), pem(authority));
        Files.writeString(directory.resolve("other.pem"), pem(certificate("false.p12", "ca")));
        only("real.p12", "leaf", "localhost.p12");
        only("real.p12", "elsewhere", "elsewhere.p12");
    }

    @Test
    void trustsTheAuthorityOfTheFile() {
        assertThatCode(() -> request("localhost.p12", Map.of("elasticsearch.ca.path", path("ca.pem"))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> request("localhost.p12", Map.of("elasticsearch.ca.path", path("other.pem"))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void trustsOnlyTheRuntimesAuthoritiesByDefault() {
        assertThatThrownBy(() -> request("localhost.p12", Map.of())).isInstanceOf(IOException.class);
    }

    @Test
    void trustsTheAuthorityOfTheFingerprint() throws Exception {
        String fingerprint = fingerprint(authority);
        assertThatCode(() -> request("localhost.p12", Map.of("elasticsearch.ca.fingerprint", fingerprint)))
                .doesNotThrowAnyException();
        String other = fingerprint(certificate("false.p12", "ca"));
        assertThatThrownBy(() -> request("localhost.p12", Map.of("elasticsearch.ca.fingerprint", other)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void checksTheHostNameOnlyInFull() {
        Map<String, String> trusted = Map.of("elasticsearch.ca.path", path("ca.pem"));
        assertThatThrownBy(() -> request("elsewhere.p12", trusted)).isInstanceOf(IOException.class);
        Map<String, String> anyHost = new HashMap<>(trusted);
        anyHost.put("elasticsearch.tls.verification", "certificate");
        assertThatCode(() -> request("elsewhere.p12", anyHost)).doesNotThrowAnyException();
        anyHost.put("elasticsearch.ca.path", path("other.pem"));
        assertThatThrownBy(() -> request("elsewhere.p12", anyHost)).isInstanceOf(IOException.class);
    }

    @Test
    void checksNothingWhereToldTo() {
        assertThatCode(() -> request("elsewhere.p12", Map.of("elasticsearch.tls.verification", "none")))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesALeafThatThePinnedAuthorityNeverSigned() throws Exception {
        PinnedAuthority pinned = new PinnedAuthority(fingerprint(authority));
        assertThatCode(() -> pinned.checkServerTrusted(chain(leaf, authority), "RSA"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> pinned.checkServerTrusted(chain(foreignLeaf, authority), "RSA"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> pinned.checkServerTrusted(chain(leaf), "RSA"))
                .isInstanceOf(CertificateException.class)
                .hasMessageStartingWith("no certificate of the server's chain has the fingerprint ");
        assertThatThrownBy(() -> pinned.checkClientTrusted(chain(leaf, authority), "RSA"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void namesAFileOfCertificatesThatCannotBeRead() throws IOException {
        Files.writeString(directory.resolve("empty.pem"), "");
        for (String file : List.of("missing.pem", "empty.pem")) {
            assertThatThrownBy(() -> request("localhost.p12", Map.of("elasticsearch.ca.path", path(file))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(file)
                    .hasMessageContaining("must be a file of PEM certificates that the worker can read");
        }
    }

    @Test
    void sendsCredentialsWithTheFirstRequest() throws Exception {
        assertThat(authorization(Map.of("elasticsearch.username", "käfer", "elasticsearch.password", "p:w")))
                .isEqualTo("Basic a8OkZmVyOnA6dw==");
        assertThat(authorization(Map.of("elasticsearch.api.key", "aWQ6a2V5"))).isEqualTo("ApiKey aWQ6a2V5");
    }

    private static String authorization(Map<String, String> properties) throws IOException {
        WireMockServer server = new WireMockServer(wireMockConfig().dynamicPort());
        server.stubFor(any(anyUrl()).willReturn(ok()));
        server.start();
        try (ElasticsearchClients clients = open("http://localhost:" + server.port(), properties)) {
            clients.rest().performRequest(new Request("GET", "/"));
            return server.getAllServeEvents().get(0).getRequest().getHeader("Authorization");
        } finally {
            server.stop();
        }
    }

    private static void request(String keys, Map<String, String> properties) throws IOException {
        WireMockServer server = new WireMockServer(wireMockConfig()
                .dynamicPort()
                .dynamicHttpsPort()
                .keystorePath(path(keys))
                .keystoreType("PKCS12")
                .keystorePassword(PASSWORD)
                .keyManagerPassword(PASSWORD));
        server.stubFor(any(anyUrl()).willReturn(ok()));
        server.start();
        try (ElasticsearchClients clients = open("https://localhost:" + server.httpsPort(), properties)) {
            clients.rest().performRequest(new Request("GET", "/"));
        } finally {
            server.stop();
        }
    }

    private static ElasticsearchClients open(String url, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("elasticsearch.hosts", url);
        return ElasticsearchClients.open(new ElasticsearchTraceSinkConfig(all));
    }

    private static String path(String file) {
        return directory.resolve(file).toString();
    }

    private static X509Certificate[] chain(X509Certificate... certificates) {
        return certificates;
    }

    private static void keytool(String store, String alias, String name, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                path(store),
                "-alias",
                alias,
                "-dname",
                name));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Copies one key with its chain, so that a server has no choice. */
    private static void only(String from, String alias, String to) throws Exception {
        KeyStore source = load(from);
        KeyStore target = KeyStore.getInstance("PKCS12");
        target.load(null, null);
        target.setKeyEntry(
                alias,
                source.getKey(alias, PASSWORD.toCharArray()),
                PASSWORD.toCharArray(),
                source.getCertificateChain(alias));
        try (var out = Files.newOutputStream(directory.resolve(to))) {
            target.store(out, PASSWORD.toCharArray());
        }
    }

    private static X509Certificate certificate(String store, String alias) throws Exception {
        return (X509Certificate) Objects.requireNonNull(load(store).getCertificate(alias));
    }

    private static KeyStore load(String store) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(directory.resolve(store).toFile(), PASSWORD.toCharArray());
    }

    private static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    private static String pem(X509Certificate certificate) throws CertificateException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
