/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static io.kafkacourier.delay.HandedOut.field;
import static io.kafkacourier.delay.HandedOut.header;
import static io.kafkacourier.delay.HandedOut.text;
import static io.kafkacourier.delay.Messages.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.record.RecordKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trace events report each message once, in its trace, and reveal no more than configured. */
class TraceOfDelaysTest {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void reportsMessagesThatAreHeldAndDelivered() {
        task.restartWithTrace();
        task.arrive(message(0, "target_topic", "out", "delay", "2s", "traceparent", TRACE + "-01", "message_id", "m1"));

        SourceRecord scheduled = task.poll().get(0);
        task.advance(2_003);
        List<SourceRecord> batch = task.poll();

        assertThat(scheduled.topic()).isEqualTo("message-trace");
        assertThat((byte[]) scheduled.key()).isEqualTo(TRACE.substring(3, 35).getBytes(UTF_8));
        assertThat(new String((byte[]) scheduled.value(), UTF_8))
                .contains("\"event\":\"schedule\"", "\"topic\":\"orders\",\"partition\":0,\"offset\":0")
                .contains(
                        "\"message_id\":\"m1\"", "\"due_at\":\"2027-01-15T08:00:02.000Z\"", "\"connector\":\"delay\"");
        assertThat(RecordKind.of(scheduled)).isEqualTo(RecordKind.EVENT);
        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(new String((byte[]) batch.get(1).value(), UTF_8))
                .contains("\"event\":\"deliver\"", "\"topic\":\"out\"", "\"origin_topic\":\"orders\"")
                .contains("\"lateness_ms\":3", "\"queue_delay_ms\":2003", "\"e2e_ms\":2003");
        Map<String, Object> offset = new HashMap<>(batch.get(0).sourceOffset());
        offset.put("record", "event");
        assertThat(batch.get(1).sourceOffset()).isEqualTo(offset);
    }

    @Test
    void passesOnTheSpanOfTheLastEventAsTheParent() throws Exception {
        task.restartWithTrace();
        task.arrive(
                message(0, "target_topic", "out", "delay", "2s", "traceparent", TRACE + "-01"),
                message(1, "target_topic", "out", "traceparent", TRACE + "-01", "traceparent", "malformed"));

        List<SourceRecord> first = task.poll();
        task.advance(2_000);
        List<SourceRecord> second = task.poll();

        // the second is due at once and begins a trace, since the last header counts; then the first is held, and due
        assertThat(first).extracting(SourceRecord::topic).containsExactly("message-trace", "out", "message-trace");
        assertThat(field(first.get(0), "parent_span_id")).isEqualTo(TRACE.substring(36));
        assertThat(header(first.get(1), "traceparent"))
                .isEqualTo("00-" + field(first.get(2), "trace_id") + "-" + field(first.get(2), "span_id") + "-01");
        assertThat(second.get(0).headers())
                .filteredOn(header -> header.key().equals("traceparent"))
                .hasSize(1);
        assertThat(field(second.get(1), "parent_span_id")).isEqualTo(field(first.get(0), "span_id"));
        assertThat(header(second.get(0), "traceparent"))
                .isEqualTo(TRACE.substring(0, 36) + field(second.get(1), "span_id") + "-01");
        assertThat(header(second.get(0), "trace_id")).isEqualTo(TRACE.substring(3, 35));
    }

    @Test
    void reportsAHeldMessageOnceAndInOneTraceEvenIfItHasNone() {
        task.restartWithTrace();
        task.arrive(message(0, "target_topic", "out", "delay", "2s"));
        SourceRecord scheduled = task.poll().get(0);
        task.commit(scheduled);
        task.restart();

        assertThat(task.poll()).isEmpty();
        task.advance(2_000);
        List<SourceRecord> batch = task.poll();
        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(batch.get(1).key()).isEqualTo(scheduled.key());
    }

    @Test
    void reportsAMessageThatGoesToATierOnce() {
        task.restartWithTrace();
        task.restartWithTiers(1, "delay.delay.16s");
        task.arrive(message(0, "target_topic", "out", "delay", "20s"));
        List<SourceRecord> batch = task.poll();
        task.arriveInTier(batch.get(0));
        task.advance(16_000);

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("delay.delay.16s", "message-trace");
        assertThat(task.poll()).isEmpty();
        task.advance(4_000);
        List<SourceRecord> delivered = task.poll();
        assertThat(delivered).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(delivered.get(1).key()).isEqualTo(batch.get(1).key());
    }

    @ParameterizedTest
    @CsvSource({"traceparent,malformed", "b3,1", "X-B3-Sampled,1", "trace_id,00000000000000000000000000000000"})
    void keepsBothEventsInOneTraceIfTheTraceHeadersCannotBeRead(String name, String value) throws Exception {
        task.restartWithTrace();
        task.arrive(message(0, "target_topic", "out", "delay", "2s", name, value));

        SourceRecord scheduled = task.poll().get(0);
        task.advance(2_000);
        List<SourceRecord> batch = task.poll();

        assertThat(batch.get(1).key()).isEqualTo(scheduled.key());
        assertThat(field(batch.get(1), "parent_span_id")).isEqualTo(field(scheduled, "span_id"));
    }

    @Test
    void keepsATraceIdOfTheApplication() throws Exception {
        task.restartWithTrace();
        task.arrive(message(0, "target_topic", "out", "traceparent", TRACE + "-03", "trace_id", "4711"));

        List<SourceRecord> batch = task.poll();

        assertThat(header(batch.get(0), "trace_id")).isEqualTo("4711");
        assertThat(header(batch.get(0), "traceparent")).endsWith("-03");
        assertThat(field(batch.get(1), "trace_name")).isEqualTo("4711");
        assertThat(field(batch.get(1), "trace_id")).isEqualTo(TRACE.substring(3, 35));
    }

    @Test
    void writesNoTraceIdIfItsHeaderHasNoName() {
        task.set("trace.id.header", "");
        task.restartWithTrace();
        task.arrive(message(0, "target_topic", "out", "traceparent", TRACE + "-01"));

        assertThat(task.poll().get(0).headers())
                .extracting(Header::key)
                .contains("traceparent")
                .doesNotContain("trace_id");
    }

    @ParameterizedTest
    @CsvSource({"clear,\"key_hash\":\"key\"", "none,", "hash,\"key_hash\":\"2c70e12b7a0646f9\""})
    void revealsTheKeyOnlyInTheConfiguredForm(String form, @Nullable String told) {
        task.set("key", form);
        task.restartWithTrace();
        task.arrive(message("orders", 0, NOW, "key", "v", "target_topic", "out"));

        String event = new String((byte[]) task.poll().get(1).value(), UTF_8);

        assertThat(event).contains(told == null ? "\"event\":\"deliver\"" : told);
        assertThat(event.contains("key_hash")).isEqualTo(told != null);
    }

    @Test
    void reportsNeitherUnsampledTracesNorRefusedMessages() {
        task.restartWithTrace();
        task.arrive(message(0, "target_topic", "out", "traceparent", TRACE + "-00"), message(1));

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("out", "invalid_delay");
    }

    @Test
    void reportsNoLatenessOfAHeldBackMessageWithoutADelay() throws Exception {
        task.restartWithTrace();
        task.restartWithTiers(1, "delay.delay.1s");
        task.topicIsBlocked("out", 1, Obstacle.NO_LEADER);
        task.arrive(message(0, "target_topic", "out", "traceparent", TRACE + "-01"));
        task.arriveInTier(task.poll().get(0));
        task.topicExists("out");
        task.advance(1_000);
        List<SourceRecord> batch = task.poll();

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(text((byte[]) batch.get(1).value())).doesNotContain("lateness_ms");
    }

    @Test
    void reportsAHeldBackMessageOnceAndWithItsWholeLateness() throws Exception {
        task.restartWithTrace();
        task.restartWithTiers(1, "delay.delay.1s");
        task.topicIsBlocked("out", 1, Obstacle.NO_LEADER);
        task.arrive(message(0, "target_topic", "out", "delay", "2s", "traceparent", TRACE + "-01"));
        SourceRecord scheduled = task.poll().get(0);
        task.advance(2_000);

        List<SourceRecord> heldBack = task.poll();
        assertThat(heldBack).extracting(SourceRecord::topic).containsExactly("delay.delay.1s");
        task.arriveInTier(heldBack.get(0));
        task.topicExists("out");
        task.advance(1_000);
        List<SourceRecord> batch = task.poll();

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(field(batch.get(1), "event")).isEqualTo("deliver");
        assertThat(field(batch.get(1), "lateness_ms")).isEqualTo("1000");
        assertThat(field(batch.get(1), "parent_span_id")).isEqualTo(field(scheduled, "span_id"));
    }
}
