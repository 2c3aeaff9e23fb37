/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Elasticsearch node, with or without security. Elasticsearch refuses to run as root. If root starts it, it runs as
 * the user {@code nobody}, from a copy of its program that this user can read.
 */
public final class EmbeddedElasticsearch extends EmbeddedService {

    /** The user of a secured node with all permissions. */
    public static final String USERNAME = "courier";

    /** The user of a secured node who can only write to the indices {@code allowed-*}. */
    public static final String RESTRICTED_USERNAME = "restricted";

    /** The password of both users. */
    public static final String PASSWORD = "courier-secret";

    /** The hash that {@code elasticsearch-users} writes. */
    private static final String PASSWORD_HASH = "$2a$10$mbLomq4tNuM3hP0s43yL7Ofw1h2A2/psJ07RZiDiRK/Of/j5omsLS";

    private static final String NOBODY = "65534";

    private final int port = freePort();
    private final int transportPort = freePort();
    private final boolean asRoot = new UnixSystem().getUid() == 0;
    private final Path base;
    private final Path home;
    private final @Nullable TlsCertificate certificate;
    private final HttpJson http;

    /**
     * Creates a node with its log in {@code directory}, which is emptied now. Its data is there too unless root starts
     * it.
     */
    public EmbeddedElasticsearch(Path directory) {
        this(directory, null, "");
    }

    /**
     * Creates a node with TLS that authenticates its clients.
     *
     * @param settings further lines of {@code elasticsearch.yml}
     */
    public static EmbeddedElasticsearch secured(Path directory, TlsCertificate certificate, String settings) {
        return new EmbeddedElasticsearch(directory, certificate, settings);
    }

    private EmbeddedElasticsearch(Path directory, @Nullable TlsCertificate certificate, String settings) {
        super("elasticsearch", directory);
        this.certificate = certificate;
        http = certificate == null ? new HttpJson(url()) : new HttpJson(url(), certificate.trust(), USERNAME, PASSWORD);
        try {
            base = asRoot ? Files.createTempDirectory("courier-elasticsearch-") : Directories.create(directory);
            home = asRoot ? base.resolve("program") : ServiceFiles.elasticsearchHome();
            if (asRoot) {
                Directories.copy(ServiceFiles.elasticsearchHome(), home);
            }
            configure(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of the node's REST API, the same after every start. */
    public URI url() {
        return URI.create((certificate == null ? "http" : "https") + "://127.0.0.1:" + port);
    }

    /** The node's REST API. */
    public HttpJson http() {
        return http;
    }

    @Override
    ServiceProcess spawn(Path log) {
        List<String> command = new ArrayList<>();
        if (asRoot) {
            ServiceProcess.run("chown", "-R", NOBODY + ":" + NOBODY, base.toString());
            command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        command.add(home.resolve("bin/elasticsearch").toString());
        return ServiceProcess.start(
                command,
                Map.of(
                        "ES_JAVA_HOME", System.getProperty("java.home"),
                        "ES_JAVA_OPTS", "-Xms512m -Xmx512m",
                        "ES_PATH_CONF", base.resolve("config").toString(),
                        "ES_TMPDIR", base.resolve("tmp").toString(),
                        "HOME", base.toString()),
                base,
                log,
                asRoot ? new Path[] {base} : new Path[0]);
    }

    @Override
    boolean answers() {
        try {
            return http.get("/_cluster/health?wait_for_status=yellow&timeout=1s")
                    .isOk();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        super.close();
        if (asRoot) {
            Directories.delete(base);
        }
    }

    private String security(Path config) throws IOException {
        if (certificate == null) {
            return "xpack.security.enabled: false\n";
        }
        Files.copy(certificate.keyStore(), config.resolve("http.p12"));
        Files.writeString(
                config.resolve("users"),
                "%s:%s\n%s:%s\n".formatted(USERNAME, PASSWORD_HASH, RESTRICTED_USERNAME, PASSWORD_HASH));
        Files.writeString(
                config.resolve("users_roles"), "superuser:%s\nnarrow:%s\n".formatted(USERNAME, RESTRICTED_USERNAME));
        Files.writeString(config.resolve("roles.yml"), """
                narrow:
                  indices:
                    - names: ['allowed-*']
                      privileges: ['create_doc', 'auto_configure']
                """);
        return """
                xpack.security.enabled: true
                xpack.security.http.ssl.enabled: true
                xpack.security.http.ssl.keystore.path: http.p12
                xpack.security.http.ssl.keystore.password: %s
                """.formatted(TlsCertificate.PASSWORD);
    }

    private void configure(String settings) throws IOException {
        Path config = base.resolve("config");
        Directories.copy(home.resolve("config"), config);
        Directories.create(base.resolve("tmp"));
        Files.writeString(
                config.resolve("elasticsearch.yml"),
                """
                cluster.name: courier
                node.name: courier-1
                discovery.type: single-node
                network.host: 127.0.0.1
                http.port: %d
                transport.port: %d
                path.data: %s
                path.logs: %s
                cluster.routing.allocation.disk.threshold_enabled: false
                """.formatted(port, transportPort, base.resolve("data"), base.resolve("logs"))
                        + security(config)
                        + settings,
                UTF_8);
    }
}
