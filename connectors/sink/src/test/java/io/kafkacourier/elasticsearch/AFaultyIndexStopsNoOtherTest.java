/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static io.kafkacourier.elasticsearch.FakeElasticsearch.html;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index that refuses its documents, or does not answer for them, stops no other. */
class AFaultyIndexStopsNoOtherTest extends TaskOnFakeServer {

    @Test
    void holdsDocumentsOfAFaultyIndexWithoutHoldingUpTheOthers() {
        elasticsearch.items(operation ->
                operation.index().endsWith(".21") ? item(403, "cluster_block_exception", "index blocked") : null);
        start();
        SinkRecord yesterday = record(
                TRACES,
                0,
                "{\"schema\":1,\"event\":\"send\",\"event_id\":\"old\",\"@timestamp\":\"2026-11-21T10:00:00Z\"}");
        put(List.of(yesterday, record(TRACES, 1, value(1))));
        put(List.of(record(OTHERS, 0, value(7))));
        awaitCommittable(OTHERS, 1);
        assertThat(committable(TRACES)).isZero();
        assertThat(context.paused).isEmpty();
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).containsKey("kafka-traces-2026.11.21/old");
    }

    @ParameterizedTest
    @CsvSource({
        "429, cluster_block_exception",
        "429, es_rejected_execution_exception",
        "500, exception",
        "502, exception",
        "503, unavailable_shards_exception",
        "504, timeout_exception",
        "408, timeout_exception",
        "400, index_closed_exception"
    })
    void anIndexThatRefusesItsDocumentsStopsNoOther(int status, String type) {
        elasticsearch.items(
                operation -> isOfTheDay(operation, 20) || isOfTheDay(operation, 21) ? item(status, type, "no") : null);
        start();
        assign(OTHERS);
        put(List.of(ofTheDay(TRACES, 0, 20), ofTheDay(TRACES, 1, 21), ofTheDay(TRACES, 2, 22)));
        for (int i = 0; i < 20; i++) {
            put(List.of(ofTheDay(OTHERS, i, 22)));
            awaitCommittable(OTHERS, i + 1);
        }
        assertThat(committable(TRACES)).isZero();
        assertThat(context.paused).isEmpty();
        assertThat(elasticsearch.documents()).containsKey(INDEX + "message-trace-0-2");

        elasticsearch.items(operation -> isOfTheDay(operation, 21) ? item(status, type, "no") : null);
        awaitCommittable(TRACES, 1);

        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 3);
        assertThat(context.reports).isEmpty();
    }

    @Test
    void sendsAFaultyIndexOneProbeAtATimeAndNothingElse() {
        elasticsearch.items(
                operation -> isOfTheDay(operation, 21) ? item(503, "unavailable_shards_exception", "no") : null);
        start(Map.of("bulk.max.records", "10", "retry.backoff.initial", "1h", "retry.backoff.max", "1h"));
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitError("503 unavailable_shards_exception");
        for (int i = 1; i <= 100; i++) {
            put(List.of(ofTheDay(TRACES, i, 21), ofTheDay(OTHERS, i, 22)));
        }
        awaitCommittable(OTHERS, 101);
        assertThat(elasticsearch.bulks().stream().filter(bulk -> isOfTheDay(bulk.get(0), 21)))
                .hasSize(1);
    }

    @Test
    void pausesOnlyThePartitionThatFillsTheMemoryForFaultyIndices() {
        elasticsearch.items(
                operation -> isOfTheDay(operation, 21) ? item(503, "unavailable_shards_exception", "no") : null);
        start(Map.of("buffer.max.bytes", "100000"));
        assign(OTHERS);
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitError("503 unavailable_shards_exception");
        assertThat(context.paused).isEmpty();
        for (int i = 1; context.paused.isEmpty(); i++) {
            assertThat(i).as("records that are taken for a faulty index").isLessThan(200);
            put(List.of(ofTheDay(TRACES, i, 21)));
        }
        assertThat(context.paused).containsExactly(TRACES);
        for (int i = 0; i < 200; i++) {
            put(List.of(ofTheDay(OTHERS, i, 22)));
            if (i % 20 == 19) {
                awaitCommittable(OTHERS, i + 1);
            }
        }
        assertThat(context.paused).containsExactly(TRACES);

        elasticsearch.allItemsWork();
        await().until(() -> {
            put(List.of());
            return context.paused.isEmpty();
        });
    }

    @Test
    void anIndexWhoseRequestsTimeOutStopsNoOther() {
        elasticsearch.refuseBulks(bulk -> isOfTheDay(bulk.get(0), 21) ? html(504) : null);
        start(Map.of("max.in.flight", "1"));
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitError("504 no reason given");
        for (int i = 0; i < 20; i++) {
            put(List.of(ofTheDay(OTHERS, i, 22)));
            awaitCommittable(OTHERS, i + 1);
        }
        assertThat(context.paused).isEmpty();
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 1);
    }

    /** Until the first refusal everything that is read counts as flowing, so a sick index can fill the whole buffer. */
    @Test
    void anIndexThatFillsTheWholeBufferBeforeItIsKnownToBeFaultyStopsNoOther() {
        elasticsearch.items(
                operation -> isOfTheDay(operation, 21) ? item(503, "unavailable_shards_exception", "no") : null);
        start(Map.of("buffer.max.bytes", "40000", "linger", "0"));
        assign(OTHERS);
        put(List.of(ofTheDay(OTHERS, 0, 22)));
        awaitCommittable(OTHERS, 1);
        put(IntStream.range(0, 90).mapToObj(i -> ofTheDay(TRACES, i, 21)).toList());
        awaitError("503 unavailable_shards_exception");
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(context.paused).containsExactly(TRACES);
        });
        put(List.of(ofTheDay(OTHERS, 1, 22)));
        awaitCommittable(OTHERS, 2);
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 90);
        assertThat(context.paused).isEmpty();
    }
}
