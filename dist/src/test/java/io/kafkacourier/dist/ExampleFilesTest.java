/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests settings that every file of {@code config-examples/} needs, for clusters of one or more brokers. */
class ExampleFilesTest {

    private static final Path EXAMPLES = Path.of("..", "config-examples");

    /** With Connect's default, 3, a sink does not start on a cluster with fewer brokers. */
    @ParameterizedTest
    @MethodSource("sinks")
    void theDeadLetterTopicHasTheBrokersReplicationFactor(Path file) throws Exception {
        assertThat(read(file))
                .containsKey("errors.deadletterqueue.topic.name")
                .containsEntry("errors.deadletterqueue.topic.replication.factor", "-1");
    }

    /** Otherwise events of aborted transactions would become documents. */
    @ParameterizedTest
    @MethodSource("sinks")
    void aSinkReadsCommittedRecordsOnly(Path file) throws Exception {
        assertThat(read(file)).containsEntry("consumer.override.isolation.level", "read_committed");
    }

    /** Connect's producers wait forever for a topic that does not exist. */
    @ParameterizedTest
    @MethodSource("sources")
    void aSourceCreatesTheTopicsThatItWritesTo(Path file) throws Exception {
        assertThat(read(file))
                .containsEntry("topic.creation.default.replication.factor", "-1")
                .containsKey("topic.creation.default.partitions");
    }

    /** An open transaction of a connector whose worker was killed must not block other connectors. */
    @Test
    void everySourceHasItsOwnOffsetsTopic() throws Exception {
        Map<Path, String> topics = new HashMap<>();
        for (Path file : sources()) {
            topics.put(file, read(file).getOrDefault("offsets.storage.topic", ""));
        }

        assertThat(topics)
                .isNotEmpty()
                .allSatisfy((file, topic) -> assertThat(topic)
                        .isEqualTo(file.getFileName().toString().replace(".json", "-offsets")));
    }

    static List<Path> sinks() throws Exception {
        return examples(SinkConnector.class);
    }

    static List<Path> sources() throws Exception {
        return examples(SourceConnector.class);
    }

    private static List<Path> examples(Class<?> kind) throws Exception {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                if (kind.isAssignableFrom(Class.forName(read(file).get("connector.class")))) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    private static Map<String, String> read(Path file) throws IOException {
        return new ObjectMapper().readValue(file.toFile(), new TypeReference<Map<String, String>>() {});
    }
}
