/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.InputTopic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentTest {

    private static final List<InputTopic> TOPICS =
            List.of(new InputTopic("a-1", "idA=", 2), new InputTopic("b", "idB", 3));

    private static final Predicate<String> NO_TIERS = Set.<String>of()::contains;

    @Test
    void dealsEveryPartitionInTurn() {
        List<Assignment> dealt = Assignment.deal(TOPICS, NO_TIERS, 2);

        assertThat(dealt)
                .extracting(Assignment::partitions)
                .containsExactly(
                        List.of(partition("a-1", 0), partition("b", 0), partition("b", 2)),
                        List.of(partition("a-1", 1), partition("b", 1)));
    }

    @Test
    void dealsThePartitionsOfOneNumberOfAllTiersToOneTask() {
        List<InputTopic> topics = List.of(
                new InputTopic("orders", "id1", 1),
                new InputTopic("wait.1s", "id2", 2),
                new InputTopic("wait.4s", "id3", 3));

        List<Assignment> dealt = Assignment.deal(topics, topic -> topic.startsWith("wait"), 3);

        assertThat(dealt)
                .extracting(Assignment::partitions)
                .containsExactly(
                        List.of(partition("orders", 0), partition("wait.4s", 2)),
                        List.of(partition("wait.1s", 0), partition("wait.4s", 0)),
                        List.of(partition("wait.1s", 1), partition("wait.4s", 1)));
        assertThat(dealt).extracting(Assignment::tiers).containsOnly(Map.of("wait.1s", 2, "wait.4s", 3));
    }

    @Test
    void leavesNoTaskEmpty() {
        assertThat(Assignment.deal(TOPICS, NO_TIERS, 10))
                .hasSize(5)
                .allSatisfy(assignment -> assertThat(assignment.partitions()).hasSize(1));
        assertThat(Assignment.deal(List.of(), NO_TIERS, 10)).isEmpty();
    }

    @Test
    void comesThroughTheConfigurationOfATask() {
        Assignment assignment =
                Assignment.deal(TOPICS, topic -> topic.equals("b"), 1).get(0);
        Map<String, String> config = new HashMap<>();

        assignment.writeTo(config);

        assertThat(config)
                .containsEntry("task.partitions", "a-1-0,a-1-1,b-0,b-1,b-2")
                .containsEntry("task.topic.ids", "a-1=idA=,b=idB")
                .containsEntry("task.tiers", "b=3");
        assertThat(Assignment.readFrom(config)).isEqualTo(assignment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a-b", "-1", "other-0"})
    void refusesAnythingElse(String partitions) {
        Map<String, String> config = Map.of("task.partitions", partitions, "task.topic.ids", "a=id", "task.tiers", "");

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Assignment.readFrom(config))
                .withMessageContaining("task.partitions")
                .withMessageContaining("is set by the connector");
    }

    private static TopicPartition partition(String topic, int partition) {
        return new TopicPartition(topic, partition);
    }
}
