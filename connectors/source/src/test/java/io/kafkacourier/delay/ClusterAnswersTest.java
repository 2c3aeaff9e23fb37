/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.HandedOut.offsets;
import static io.kafkacourier.delay.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.TargetTopic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** A slow or missing answer of the cluster neither loses messages nor delays those that need none. */
class ClusterAnswersTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void keepsItsPlaceWhileTheClusterHasNotAnswered() {
        CompletableFuture<TargetTopic> answer = new CompletableFuture<>();
        task.topicAnswer("out_late", answer);
        task.arrive(
                message(0, "target_topic", "out"),
                message(1, "target_topic", "out_late"),
                message(2, "target_topic", "out"));

        assertThat(offsets(task.poll())).containsExactly("0");
        assertThatExceptionOfType(RetriableException.class).isThrownBy(task::poll);
        answer.complete(TargetTopic.Present.WITH_DEFAULTS);
        assertThat(offsets(task.poll())).containsExactly("1", "2");
    }

    @Test
    void asksForManyTargetsInOneRequest() {
        for (int offset = 0; offset < 5; offset++) {
            task.topicExists("out_" + offset);
            task.arrive(message(offset, "target_topic", "out_" + offset));
        }

        assertThat(offsets(task.poll())).containsExactly("0", "1", "2", "3", "4");
        assertThat(task.questions()).containsExactly(List.of("out_0", "out_1", "out_2", "out_3", "out_4"));
    }

    @Test
    void handsOutReadyRecordsIfTheClusterAnswersSlowly() {
        task.clusterAnswersWithinMs(600);
        task.topicExists("out_0");
        task.arrive(message(0, "target_topic", "out_0"), message(1, "target_topic", "out_0"));

        assertThat(offsets(task.poll())).containsExactly("0");
        assertThat(offsets(task.poll())).containsExactly("1");
    }

    @Test
    void waitsUntilTheTopicOfRefusedMessagesExists() {
        task.topicIsMissing("invalid_delay");
        task.arrive(message(0));

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(task::poll)
                .withMessageStartingWith("The topic invalid_delay of the connector does not exist");
        task.topicExists("invalid_delay");
        task.advance(6_000);
        assertThat(task.poll()).hasSize(1);
    }
}
