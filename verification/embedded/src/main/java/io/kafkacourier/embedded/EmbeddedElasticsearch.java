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

/**
 * One Elasticsearch node without security. Elasticsearch refuses to run as root; started by root it runs as the user
 * {@code nobody}, from a copy of its program that this user can read wherever the project lies.
 */
public final class EmbeddedElasticsearch extends EmbeddedService {

    private static final String NOBODY = "65534";

    private final int port = freePort();
    private final int transportPort = freePort();
    private final boolean asRoot = new UnixSystem().getUid() == 0;
    private final Path base;
    private final Path home;
    private final HttpJson http = new HttpJson(url());

    /** A node that keeps its log in {@code directory}, which is emptied now, and its data there too unless root starts it. */
    public EmbeddedElasticsearch(Path directory) {
        super("elasticsearch", directory);
        try {
            base = asRoot ? Files.createTempDirectory("courier-elasticsearch-") : Directories.create(directory);
            home = asRoot ? base.resolve("program") : ServiceFiles.elasticsearchHome();
            if (asRoot) {
                Directories.copy(ServiceFiles.elasticsearchHome(), home);
            }
            configure();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the node's REST API is, the same for every start. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The node's REST API. */
    public HttpJson http() {
        return http;
    }

    @Override
    ServiceProcess spawn(Path log) {
        List<String> command = new ArrayList<>();
        if (asRoot) {
            run("chown", "-R", NOBODY + ":" + NOBODY, base.toString());
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

    private void configure() throws IOException {
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
                xpack.security.enabled: false
                cluster.routing.allocation.disk.threshold_enabled: false
                """.formatted(port, transportPort, base.resolve("data"), base.resolve("logs")),
                UTF_8);
    }

    private static void run(String... command) {
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with status " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
