/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.embedded.ServiceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file of {@code config-examples/}. */
final class ExampleFile {

    private ExampleFile() {}

    /**
     * The configuration in the file, with the cluster's address instead of the file's.
     *
     * @param name the name of the file, without {@code .json}
     */
    static Map<String, String> read(String name, Cluster cluster) {
        return read(name, cluster.bootstrapServers());
    }

    /** The same, with these addresses. */
    static Map<String, String> read(String name, String bootstrapServers) {
        Path file = ServiceFiles.configExamples().resolve(name + ".json");
        try {
            Map<String, String> config =
                    new ObjectMapper().readValue(file.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
            config.replaceAll((key, value) -> value.equals("localhost:9092") ? bootstrapServers : value);
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
