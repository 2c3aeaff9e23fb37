/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static io.kafkacourier.elasticsearch.FakeElasticsearch.answer;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The end of an assignment waits for answers, but no longer than it may, and moves the offsets up. */
class ClosesInTimeTest extends TaskOnFakeServer {

    @Test
    void waitsForItsPartitionsOnCloseAndMovesTheOffsetsUp() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body).withFixedDelay(2_000));
        start(Map.of("linger", "0"));
        awaitTemplate();
        put(records(0, 3));
        Map<TopicPartition, OffsetAndMetadata> offsets = task.preCommit(current());
        assertThat(offsets).containsEntry(TRACES, new OffsetAndMetadata(0));
        task.close(List.of(TRACES));
        assertThat(offsets).containsEntry(TRACES, new OffsetAndMetadata(3));
    }

    @Test
    void closesWithinItsTimeout() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body).withFixedDelay(3_000));
        start(Map.of("linger", "0", "close.timeout", "100ms"));
        awaitTemplate();
        put(records(0, 3));
        Map<TopicPartition, OffsetAndMetadata> offsets = task.preCommit(current());
        long begin = System.nanoTime();
        task.close(List.of(TRACES));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        assertThat(offsets).containsEntry(TRACES, new OffsetAndMetadata(0));
    }

    @Test
    void doesNotWaitOnCloseForAServerInTrouble() {
        for (int i = 0; i < 5; i++) {
            elasticsearch.next(503, error(503, "unavailable", "no"));
        }
        start(Map.of("retry.backoff.initial", "1h", "retry.backoff.max", "1h", "close.timeout", "1h"));
        put(records(0, 3));
        await().until(() -> {
            put(List.of());
            return context.paused.contains(TRACES);
        });
        task.preCommit(current());
        task.close(List.of(TRACES));
        assertThat(elasticsearch.documents()).isEmpty();
    }
}
