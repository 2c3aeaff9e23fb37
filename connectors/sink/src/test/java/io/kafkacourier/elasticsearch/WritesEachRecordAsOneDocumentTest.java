/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each record becomes one document, with the id and in the index that it always has. */
class WritesEachRecordAsOneDocumentTest extends TaskOnFakeServer {

    @Test
    void indexesEventsAsTheyCameUnderTheirOwnIds() {
        start();
        put(records(0, 3));
        awaitCommittable(TRACES, 3);
        assertThat(elasticsearch.documents())
                .containsOnlyKeys(INDEX + "e0", INDEX + "e1", INDEX + "e2")
                .containsEntry(INDEX + "e1", value(1));
    }

    @Test
    void makesEventsOfTraceHeadersAndSkipsRecordsWithoutThem() {
        start(Map.of("record.source", "headers"));
        SinkRecord traced = record(TRACES, 0, "not json");
        traced.headers().addString("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        put(List.of(traced, record(TRACES, 1, value(1))));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents().values())
                .singleElement()
                .asString()
                .contains("\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"")
                .doesNotContain("not json");
        assertThat(context.reports).isEmpty();
    }

    @Test
    void passesOverNullValues() {
        start();
        put(List.of(record(TRACES, 0, null), record(TRACES, 1, null)));
        assertThat(committable(TRACES)).isEqualTo(2);
        assertThat(context.reports).isEmpty();
    }

    @Test
    void countsAConflictWithAnEarlierDeliveryAsDone() {
        start();
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        read.clear();
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).hasSize(2);
    }

    @Test
    void followsTheOriginalCoordinatesUnderATopicChangingTransform() {
        start();
        SinkRecord routed =
                record(TRACES, 5, "{}").newRecord("elsewhere", 9, null, null, null, bytes("{}"), NOW.toEpochMilli());
        put(List.of(routed));
        awaitCommittable(TRACES, 6);
        assertThat(elasticsearch.documents()).containsOnlyKeys(INDEX + "message-trace-0-5-" + NOW.toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void honoursBulkLimits(String compression) {
        start(Map.of("bulk.max.records", "3", "compression", compression));
        put(records(0, 10));
        awaitCommittable(TRACES, 10);
        assertThat(elasticsearch.bulks()).extracting(List::size).containsExactlyInAnyOrder(3, 3, 3, 1);
    }

    @Test
    void publishesWhatItCountsUntilItStops() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name =
                new ObjectName("io.kafkacourier:type=elasticsearch-trace-sink,connector=\"traces\",task=\"0\"");
        start();
        put(records(0, 3));
        put(List.of(record(TRACES, 3, "17"), record(TRACES, 4, null)));
        awaitCommittable(TRACES, 5);
        assertThat(server.getAttribute(name, "Documents")).isEqualTo(3L);
        assertThat(server.getAttribute(name, "Refused")).isEqualTo(1L);
        assertThat(server.getAttribute(name, "Skipped")).isEqualTo(1L);
        assertThat(server.getAttribute(name, "BufferedBytes")).isEqualTo(0L);
        task.stop();
        assertThat(server.isRegistered(name)).isFalse();
    }
}
