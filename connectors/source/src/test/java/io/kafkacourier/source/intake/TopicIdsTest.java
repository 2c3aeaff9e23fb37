/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class TopicIdsTest {

    private static final Map<String, String> OLD = Map.of("orders", "old", "billing", "same");
    private static final Map<String, String> NEW = Map.of("orders", "new", "billing", "same");

    private final Queue<CompletableFuture<Map<String, String>>> answers = new ArrayDeque<>();
    private final TopicIds ids = new TopicIds(topics -> answers.remove());

    @Test
    void startsWithWhatTheClusterAnswersAndKeepsTheRest() {
        answer(Map.of("orders", "new"));

        assertThat(ids.start(OLD)).isEqualTo(NEW);
        assertThat(ids.areInDoubt()).isFalse();
    }

    @Test
    void areInDoubtOnlyIfAnotherIdIsTold() {
        started();

        ids.told(Map.of("billing", "same", "unknown", "x"));
        assertThat(ids.areInDoubt()).isFalse();

        ids.told(NEW);
        assertThat(ids.areInDoubt()).isTrue();
    }

    @Test
    void stayInDoubtUntilTheSameLookupIsAnswered() {
        started();
        CompletableFuture<Map<String, String>> slow = new CompletableFuture<>();
        answers.add(slow);
        ids.doubt();

        assertThat(ids.changed(Duration.ZERO)).isNull();
        slow.complete(NEW);
        assertThat(ids.changed(Duration.ZERO)).containsExactly(Map.entry("orders", "new"));
        assertThat(ids.areInDoubt()).isTrue();
        ids.settled();
        assertThat(ids.areInDoubt()).isFalse();
    }

    @Test
    void beginAnotherLookupAfterOneThatFailed() {
        started();
        answers.add(CompletableFuture.failedFuture(new TimeoutException("no leader")));
        ids.doubt();

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> ids.changed(Duration.ZERO))
                .withMessage("Whether topics of the task were created anew is not known yet: no leader");
        answer(OLD);
        assertThat(ids.changed(Duration.ZERO)).isEmpty();
    }

    @Test
    void neverTakeAFormerIdAgain() {
        started();
        answer(NEW);
        assertThat(ids.changed("orders")).isEqualTo("new");
        ids.replace("orders", "new");

        ids.told(OLD);
        assertThat(ids.areInDoubt()).isFalse();
        answer(OLD);
        assertThat(ids.changed("orders")).isNull();
    }

    private void started() {
        answer(OLD);
        ids.start(OLD);
    }

    private void answer(Map<String, String> found) {
        answers.add(CompletableFuture.completedFuture(found));
    }
}
