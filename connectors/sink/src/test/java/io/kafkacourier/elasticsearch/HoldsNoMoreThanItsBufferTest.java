/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static io.kafkacourier.elasticsearch.FakeElasticsearch.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** A task holds no more than its buffer, whatever waits. */
class HoldsNoMoreThanItsBufferTest extends TaskOnFakeServer {

    @Test
    void pausesPartitionsThatComeWhileTheOthersArePaused() {
        start(Map.of("buffer.max.bytes", "1024", "linger", "1h"));
        put(records(0, 20));
        assertThat(context.paused).containsExactly(TRACES);
        assign(OTHERS);
        assertThat(context.paused).contains(OTHERS);
    }

    @Test
    void pausesOnAFullBufferAndResumesWhenItIsEmpty() {
        start(Map.of("buffer.max.bytes", "4096"));
        put(records(0, 50));
        assertThat(context.paused).containsExactly(TRACES);
        awaitCommittable(TRACES, 50);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void countsKeysAndHeadersOfWhatItHolds() {
        start(Map.of("buffer.max.bytes", "40000", "linger", "1h"));
        put(records(0, 20));
        assertThat(context.paused).isEmpty();
        SinkRecord heavy = record(TRACES, 20, value(20))
                .newRecord(TRACES.topic(), 0, null, new byte[20_000], null, bytes(value(20)), NOW.toEpochMilli());
        heavy.headers().addBytes("blob", new byte[20_000]);
        put(List.of(heavy));
        assertThat(context.paused).containsExactly(TRACES);
    }

    @Test
    void countsWhatWaitsForItsReport() {
        context.reportsAreDurableAtOnce = false;
        start(Map.of("buffer.max.bytes", "4096"));
        put(List.of(record(TRACES, 0, "x".repeat(5_000))));
        assertThat(context.paused).containsExactly(TRACES);
        context.reports.get(0).done().complete(null);
        awaitCommittable(TRACES, 1);
        assertThat(context.paused).isEmpty();
    }

    /** A document that waits for its index must not let memory grow with each record that is read after it. */
    @Test
    void memoryDoesNotGrowBehindADocumentThatWaits() {
        elasticsearch.items(operation -> isOfTheDay(operation, 21) ? item(403, "cluster_block_exception", "no") : null);
        start(Map.of("retry.backoff.initial", "1h", "retry.backoff.max", "1h"));
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitError("403 cluster_block_exception");
        long held = bufferedBytes();
        for (int i = 1; i <= 3_000; i++) {
            put(List.of(ofTheDay(TRACES, i, 22)));
        }
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(elasticsearch.documents()).hasSize(3_000);
            assertThat(bufferedBytes()).isEqualTo(held);
        });
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void givesTheMemoryOfLostPartitionsBack() {
        start(Map.of("buffer.max.bytes", "4096", "linger", "1h"));
        assign(OTHERS);
        put(records(0, 50));
        assertThat(context.paused).containsExactlyInAnyOrder(TRACES, OTHERS);
        task.close(List.of(TRACES));
        context.revoke(TRACES);
        context.paused.remove(TRACES);
        read.remove(TRACES);
        await().until(() -> {
            put(List.of());
            return context.paused.isEmpty();
        });
    }
}
