/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.kafkacourier.elasticsearch.TestConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.apache.kafka.common.config.ConfigException;
import org.elasticsearch.client.Request;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
        KeyStore clients = KeyStore.getInstance("PKCS12");
        clients.load(null, null);
        clients.setCertificateEntry("ca", authority);
        try (var out = Files.newOutputStream(directory.resolve("clients.p12"))) {
            clients.store(out, PASSWORD.toCharArray());
        }
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
    void readsAFileOfAuthoritiesAgainWhenItIsReplaced() throws Exception {
        Path ca = Files.copy(
                directory.resolve("other.pem"), directory.resolve("rotated.pem"), StandardCopyOption.REPLACE_EXISTING);
        WireMockServer server = server("localhost.p12", false);
        try (ElasticsearchClients clients =
                open("https://localhost:" + server.httpsPort(), Map.of("elasticsearch.ca.path", ca.toString()))) {
            assertThatThrownBy(() -> clients.rest().performRequest(new Request("GET", "/")))
                    .satisfies(
                            failure -> assertThat(ConnectionFault.of(failure)).isNotNull());

            Files.copy(directory.resolve("ca.pem"), ca, StandardCopyOption.REPLACE_EXISTING);

            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(clients.rest()
                                    .performRequest(new Request("GET", "/"))
                                    .getStatusLine()
                                    .getStatusCode())
                            .isEqualTo(200));
        } finally {
            server.stop();
        }
    }

    @Test
    void trustsTheAuthoritiesOfAKeyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", authority);
        try (var out = Files.newOutputStream(directory.resolve("trust.p12"))) {
            store.store(out, PASSWORD.toCharArray());
        }
        Map<String, String> config = Map.of(
                "elasticsearch.truststore.path", path("trust.p12"), "elasticsearch.truststore.password", PASSWORD);
        assertThatCode(() -> request("localhost.p12", config)).doesNotThrowAnyException();
        assertThatThrownBy(() -> request(
                        "localhost.p12",
                        Map.of(
                                "elasticsearch.truststore.path",
                                path("trust.p12"),
                                "elasticsearch.truststore.password",
                                "wrong")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("elasticsearch.truststore.path");
    }

    static Stream<Map<String, String>> identities() throws Exception {
        KeyStore store = load("localhost.p12");
        PrivateKey key = (PrivateKey) Objects.requireNonNull(store.getKey("leaf", PASSWORD.toCharArray()));
        Files.writeString(directory.resolve("client.pem"), pem(leaf) + pem(authority));
        Files.writeString(directory.resolve("client.key"), pem("PRIVATE KEY", key.getEncoded()));
        Files.writeString(directory.resolve("client.enc"), pem("ENCRYPTED PRIVATE KEY", encrypted(key)));
        // PKCS #1 is what PKCS #8 has after 26 bytes of frame, for a key of 2048 bits.
        byte[] pkcs1 = Arrays.copyOfRange(key.getEncoded(), 26, key.getEncoded().length);
        Files.writeString(directory.resolve("client.rsa"), pem("RSA PRIVATE KEY", pkcs1));
        String certificate = "elasticsearch.client.certificate.path";
        return Stream.of(
                Map.of(certificate, path("client.pem"), "elasticsearch.client.key.path", path("client.key")),
                Map.of(certificate, path("client.pem"), "elasticsearch.client.key.path", path("client.rsa")),
                Map.of(
                        certificate,
                        path("client.pem"),
                        "elasticsearch.client.key.path",
                        path("client.enc"),
                        "elasticsearch.client.key.password",
                        "open sesame"),
                Map.of(
                        "elasticsearch.keystore.path",
                        path("localhost.p12"),
                        "elasticsearch.keystore.password",
                        PASSWORD));
    }

    @ParameterizedTest
    @MethodSource("identities")
    void showsAServerItsCertificate(Map<String, String> identity) throws Exception {
        Map<String, String> config = new HashMap<>(identity);
        config.put("elasticsearch.ca.path", path("ca.pem"));
        WireMockServer server = server("localhost.p12", true);
        try (ElasticsearchClients clients = open("https://localhost:" + server.httpsPort(), config)) {
            assertThat(clients.rest()
                            .performRequest(new Request("GET", "/"))
                            .getStatusLine()
                            .getStatusCode())
                    .isEqualTo(200);
        } finally {
            server.stop();
        }
    }

    @Test
    void findsThatTheServerWantsACertificate() throws Exception {
        WireMockServer server = server("localhost.p12", true);
        try (ElasticsearchClients clients =
                open("https://localhost:" + server.httpsPort(), Map.of("elasticsearch.ca.path", path("ca.pem")))) {
            assertThatThrownBy(() -> clients.rest().performRequest(new Request("GET", "/")))
                    .satisfies(failure -> assertThat(ConnectionFault.of(failure))
                            .isNotNull()
                            .extracting(ConnectionFault::likelyCause)
                            .asString()
                            .contains("certificate"));
        } finally {
            server.stop();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            client.enc | wrong | the private key cannot be decrypted: the password is wrong
            client.enc |       | the private key is encrypted, but elasticsearch.client.key.password is empty
            ca.pem     |       | there is no PEM block of a private key
            sec1.key   |       | convert it with: openssl pkcs8 -topk8
            other.key  |       | the private key does not belong to the first certificate
            """)
    void namesWhatIsWrongWithAKey(String file, String password, String message) throws Exception {
        assertThat(identities()).isNotEmpty();
        Files.writeString(directory.resolve("sec1.key"), pem("EC PRIVATE KEY", new byte[8]));
        KeyStore real = load("real.p12");
        Files.writeString(
                directory.resolve("other.key"),
                pem(
                        "PRIVATE KEY",
                        Objects.requireNonNull(real.getKey("elsewhere", PASSWORD.toCharArray()))
                                .getEncoded()));
        Map<String, String> config = Map.of(
                "elasticsearch.client.certificate.path", path("client.pem"),
                "elasticsearch.client.key.path", path(file),
                "elasticsearch.client.key.password", password == null ? "" : password);
        assertThatThrownBy(() -> open("https://localhost:1", config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("elasticsearch.client.key.path")
                .hasMessageContaining(message);
    }

    @Test
    void tunnelsThroughAProxyThatWantsCredentials() throws Exception {
        WireMockServer server = server("localhost.p12", false);
        try (TunnelProxy proxy = new TunnelProxy("Proxy-Authorization: Basic dXNlcjpwIHc=")) {
            Map<String, String> config = Map.of(
                    "elasticsearch.ca.path",
                    path("ca.pem"),
                    "elasticsearch.proxy",
                    proxy.url(),
                    "elasticsearch.proxy.username",
                    "user",
                    "elasticsearch.proxy.password",
                    "p w");
            try (ElasticsearchClients clients = open("https://localhost:" + server.httpsPort(), config)) {
                clients.rest().performRequest(new Request("GET", "/"));
            }
            assertThat(proxy.requests()).containsExactly("CONNECT localhost:" + server.httpsPort() + " HTTP/1.1");
            assertThat(server.getAllServeEvents().get(0).getRequest().getHeader("Proxy-Authorization"))
                    .isNull();
            try (ElasticsearchClients clients = open(
                    "https://localhost:" + server.httpsPort(),
                    Map.of("elasticsearch.ca.path", path("ca.pem"), "elasticsearch.proxy", proxy.url()))) {
                assertThatThrownBy(() -> clients.rest().performRequest(new Request("GET", "/")))
                        .satisfies(failure -> assertThat(ConnectionFault.of(failure))
                                .isNotNull()
                                .extracting(ConnectionFault::likelyCause)
                                .asString()
                                .contains("the proxy does not accept the credentials (407)"));
            }
        } finally {
            server.stop();
        }
    }

    @Test
    void asksAProxyForHostsOfAnyNameBelowTheirPath() throws Exception {
        WireMockServer proxy = new WireMockServer(wireMockConfig().dynamicPort());
        proxy.stubFor(any(anyUrl()).willReturn(ok()));
        proxy.start();
        try (ElasticsearchClients clients = open(
                "http://my_stack_elasticsearch:9200/es/",
                Map.of(
                        "elasticsearch.proxy", "http://localhost:" + proxy.port(),
                        "elasticsearch.proxy.username", "user",
                        "elasticsearch.proxy.password", "pass"))) {
            clients.rest().performRequest(new Request("GET", "/_bulk"));
            clients.rest().performRequest(new Request("GET", "/_bulk"));
            assertThat(proxy.getAllServeEvents()).hasSize(2).allSatisfy(event -> {
                assertThat(event.getRequest().getAbsoluteUrl())
                        .isEqualTo("http://my_stack_elasticsearch:9200/es/_bulk");
                assertThat(event.getRequest().getHeader("Proxy-Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
            });
        } finally {
            proxy.stop();
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
        WireMockServer server = server(keys, false);
        try (ElasticsearchClients clients = open("https://localhost:" + server.httpsPort(), properties)) {
            clients.rest().performRequest(new Request("GET", "/"));
        } finally {
            server.stop();
        }
    }

    private static WireMockServer server(String keys, boolean wantsClientCertificate) {
        WireMockServer server = new WireMockServer(wireMockConfig()
                .dynamicPort()
                .dynamicHttpsPort()
                .keystorePath(path(keys))
                .keystoreType("PKCS12")
                .keystorePassword(PASSWORD)
                .keyManagerPassword(PASSWORD)
                .needClientAuth(wantsClientCertificate)
                .trustStorePath(wantsClientCertificate ? path("clients.p12") : null)
                .trustStoreType("PKCS12")
                .trustStorePassword(PASSWORD));
        server.stubFor(any(anyUrl()).willReturn(ok()));
        server.start();
        return server;
    }

    private static ElasticsearchClients open(String url, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("elasticsearch.hosts", url);
        return TestConfigs.clients(all);
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
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----\n";
    }

    /** As OpenSSL encrypts keys. */
    private static byte[] encrypted(PrivateKey key) throws GeneralSecurityException, IOException {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec("open sesame".toCharArray())),
                new PBEParameterSpec(new byte[16], 2048, new IvParameterSpec(new byte[16])));
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        return new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(key.getEncoded())).getEncoded();
    }
}
