/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.ServiceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A worker that finds plugins only by their service files finds all of them, from the jar and from the zip. */
class BundleLoadsIT {

    private static final Path DIRECTORY = Path.of("target", "bundle-loads-it");
    private static final EmbeddedKafka KAFKA = new EmbeddedKafka(DIRECTORY.resolve("kafka"));

    @BeforeAll
    static void startBroker() {
        KAFKA.start();
    }

    @AfterAll
    static void stopBroker() {
        KAFKA.close();
    }

    @Test
    void workerListsEveryPluginWithItsVersionFromTheJar() {
        Path folder = Cluster.pluginPathWith(ServiceFiles.bundleJar(), DIRECTORY.resolve("jar"));

        assertThat(courierPluginsIn("from-jar", folder)).isEqualTo(everyPlugin());
    }

    @Test
    void workerListsEveryPluginWithItsVersionFromTheZip() throws IOException {
        Path folder = DIRECTORY.resolve("zip");
        unzip(ServiceFiles.bundleZip(), folder);

        assertThat(courierPluginsIn("from-zip", folder)).isEqualTo(everyPlugin());
    }

    /** The plugins of the bundle, with its version. */
    static Map<String, String> everyPlugin() {
        String version = ServiceFiles.bundleJar()
                .getFileName()
                .toString()
                .replace("kafka-connect-courier-", "")
                .replace(".jar", "");
        return Stream.of(
                        "io.kafkacourier.transforms.ContentRouter",
                        "io.kafkacourier.transforms.RestoreOrigin",
                        "io.kafkacourier.transforms.StampTrace",
                        "io.kafkacourier.transforms.predicates.IsDue",
                        "io.kafkacourier.transforms.predicates.RecordMatches",
                        "io.kafkacourier.interceptors.connect.ConnectTraceConsumerInterceptor",
                        "io.kafkacourier.interceptors.connect.ConnectTraceProducerInterceptor",
                        "io.kafkacourier.delay.DelaySourceConnector",
                        "io.kafkacourier.retry.RetrySourceConnector",
                        "io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConnector")
                .collect(Collectors.toMap(plugin -> plugin, plugin -> version));
    }

    private static Map<String, String> courierPluginsIn(String worker, Path pluginPath) {
        try (EmbeddedConnect connect =
                new EmbeddedConnect(worker, KAFKA.bootstrapServers(), pluginPath, DIRECTORY.resolve(worker))) {
            connect.start();
            return connect.rest().plugins().entrySet().stream()
                    .filter(plugin -> plugin.getKey().startsWith("io.kafkacourier."))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        }
    }

    private static void unzip(Path zip, Path folder) throws IOException {
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : Collections.list(archive.entries())) {
                Path target = folder.resolve(entry.getName()).normalize();
                assertThat(target).startsWithRaw(folder);
                if (entry.isDirectory()) {
                    Directories.create(target);
                } else {
                    Directories.create(
                            folder.resolve(entry.getName()).resolve("..").normalize());
                    Files.write(target, archive.getInputStream(entry).readAllBytes());
                }
            }
        }
    }
}
