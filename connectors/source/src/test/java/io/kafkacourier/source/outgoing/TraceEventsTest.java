/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import static io.kafkacourier.source.outgoing.Orders.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.MutableClock;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.PlainSourceConfig;
import io.kafkacourier.source.config.SourceKind;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.OutgoingHeaders;
import io.kafkacourier.source.message.PlainMessage;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.targets.FakeCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceEventsTest {

    private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN_ID = "b7ad6b7169203331";
    private static final String SAMPLED = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";
    private static final String NOT_SAMPLED = "00-" + TRACE_ID + "-" + SPAN_ID + "-00";
    private static final Tier TIER = new Tier(16, 16_000);

    private final MutableClock clock = new MutableClock(NOW);
    private final FakeCluster cluster = new FakeCluster("message-trace");
    private final InputPartition orders = Orders.partition();
    private final InputPartition tier = Orders.ofTier("plain.delay.16s");
    private final TraceEvents events = events();

    @Test
    void reportsThatAMessageIsHeld() {
        PlainMessage message = PlainMessage.to("out", Orders.record("traceparent", SAMPLED, "message_id", "m1"));

        SourceRecord event = requireNonNull(events.scheduled(orders, Orders.hold(message, NOW + 5_000), null));

        assertThat(event.topic()).isEqualTo("message-trace");
        assertThat(RecordKind.of(event)).isEqualTo(RecordKind.EVENT);
        assertThat(event.sourceOffset().get("next")).isEqualTo(100L);
        assertThat(new String((byte[]) event.key(), UTF_8)).isEqualTo(TRACE_ID);
        assertThat(fields(event))
                .containsEntry("event", "schedule")
                .containsEntry("status", "ok")
                .containsEntry("trace_id", TRACE_ID)
                .containsEntry("parent_span_id", SPAN_ID)
                .containsEntry("topic", "orders")
                .containsEntry("partition", 3)
                .containsEntry("offset", 7)
                .containsEntry("message_id", "m1")
                .containsEntry("connector", "plain")
                .containsEntry("due_at", "2027-01-15T08:00:05.000Z")
                .containsEntry("queue_delay_ms", 1_000)
                .containsEntry("value_size", 5);
    }

    @Test
    void passesOnTheSpanOfItsEventWithAMessageThatGoesToATier() {
        Action<Outgoing> hop = Orders.hop(message(SAMPLED), TIER, NOW + 16_000, NOW + 20_000);
        SourceRecord sent = sent("plain.delay.16s", "traceparent", SAMPLED);

        SourceRecord event = requireNonNull(events.scheduled(orders, hop, sent));

        assertThat(header(sent, "traceparent"))
                .isEqualTo("00-" + TRACE_ID + "-" + fields(event).get("span_id") + "-01");
    }

    @Test
    void doesNotReportAgainThatAMessageIsScheduledThatWasHeldBefore() {
        Action<Outgoing> heldBack = Orders.deliverHeld(message(SAMPLED), NOW);
        SourceRecord sent = sent("plain.delay.1s", "traceparent", SAMPLED);
        Object scheduled = fields(requireNonNull(events.scheduled(orders, Orders.hold(message(SAMPLED), NOW), null)))
                .get("span_id");

        assertThat(events.scheduled(orders, heldBack, sent)).isNull();
        assertThat(header(sent, "traceparent")).isEqualTo("00-" + TRACE_ID + "-" + scheduled + "-01");
    }

    @Test
    void reportsThatAMessageIsDelivered() {
        clock.advance(3);
        SourceRecord sent = sent("out", "traceparent", SAMPLED);

        Map<String, Object> event = delivered(orders, Orders.deliver(message(SAMPLED), NOW), sent);

        assertThat(event)
                .containsEntry("event", "retry")
                .containsEntry("topic", "out")
                .containsEntry("parent_span_id", SPAN_ID)
                .containsEntry("lateness_ms", 3)
                .containsEntry("queue_delay_ms", 1_003)
                .doesNotContainKeys("partition", "offset");
        assertThat(header(sent, "traceparent")).isEqualTo("00-" + TRACE_ID + "-" + event.get("span_id") + "-01");
    }

    @Test
    void namesTheHoldAsTheParentOfADeliveryFromTheInput() {
        Object scheduled = fields(requireNonNull(events.scheduled(orders, Orders.hold(message(SAMPLED), NOW), null)))
                .get("span_id");

        assertThat(delivered(orders, Orders.deliverHeld(message(SAMPLED), NOW), sent("out", "traceparent", SAMPLED)))
                .containsEntry("parent_span_id", scheduled);
    }

    /** Its header already names the event that was reported when it went to the tier. */
    @Test
    void namesTheHeaderAsTheParentOfADeliveryFromATier() {
        assertThat(delivered(tier, Orders.deliverHeld(message(SAMPLED), NOW), sent("out", "traceparent", SAMPLED)))
                .containsEntry("parent_span_id", SPAN_ID);
    }

    @ParameterizedTest
    @CsvSource({"1799999999500, 500", "1799999998000, 1000", "0, 1000"})
    void countsLatenessFromTheDueTimeOrFromTheArrivalIfThatIsLater(long dueMs, int latenessMs) {
        assertThat(delivered(orders, Orders.deliver(message(SAMPLED), dueMs), sent("out", "traceparent", SAMPLED)))
                .containsEntry("lateness_ms", latenessMs);
    }

    @Test
    void reportsNoLatenessIfThereIsNeitherADueTimeNorATimeOfArrival() {
        PlainMessage untimed = PlainMessage.to("out", Orders.record("orders", null, -1));

        assertThat(delivered(orders, Orders.deliver(untimed, 0), sent("out"))).doesNotContainKey("lateness_ms");
        assertThat(delivered(tier, Orders.deliver(message(SAMPLED), 0), sent("out", "traceparent", SAMPLED)))
                .doesNotContainKey("lateness_ms");
    }

    @Test
    void reportsARefusedMessageWithItsErrorAndAttempt() {
        SourceRecord sent = sent(
                "refused",
                "traceparent",
                SAMPLED,
                "__courier.error.class",
                "a.Timeout",
                "__courier.error.message",
                "too slow",
                "__courier.retry.attempt",
                "3");

        Map<String, Object> event =
                fields(requireNonNull(events.refused(orders, Orders.deliver(message(SAMPLED), NOW), sent)));

        assertThat(event)
                .containsEntry("event", "dead_letter")
                .containsEntry("topic", "refused")
                .containsEntry("status", "error")
                .containsEntry("error_type", "a.Timeout")
                .containsEntry("error_message", "too slow")
                .containsEntry("attempt", 3)
                .containsEntry("parent_span_id", SPAN_ID);
        assertThat(header(sent, "traceparent")).isEqualTo("00-" + TRACE_ID + "-" + event.get("span_id") + "-01");
    }

    @Test
    void leavesOutTheErrorMessageIfConfigured() {
        SourceRecord sent = sent("refused", "__courier.error.class", "a.B", "__courier.error.message", "secret 4111");

        assertThat(fields(requireNonNull(
                        events("error.message", "none").refused(orders, Orders.deliver(message(SAMPLED), NOW), sent))))
                .containsEntry("error_type", "a.B")
                .doesNotContainKey("error_message");
    }

    @Test
    void reportsNoRefusedMessageOfAConnectorThatDoesNotReportThose() {
        SourceRecord sent = sent("refused", "traceparent", SAMPLED);

        assertThat(eventsOf(SourceKind.DELAY).refused(orders, Orders.deliver(message(SAMPLED), NOW), sent))
                .isNull();
        assertThat(header(sent, "traceparent")).isEqualTo(SAMPLED);
    }

    @Test
    void reportsNothingOfATraceThatIsNotSampledAndLeavesItsMessagesAsTheyAre() {
        SourceRecord sent = sent("any", "traceparent", NOT_SAMPLED);
        PlainMessage message = message(NOT_SAMPLED);

        assertThat(events.scheduled(orders, Orders.hold(message, NOW), null)).isNull();
        assertThat(events.scheduled(orders, Orders.hop(message, TIER, NOW, NOW), sent))
                .isNull();
        assertThat(events.delivered(orders, Orders.deliver(message, NOW), sent)).isNull();
        assertThat(events.refused(orders, Orders.deliver(message, NOW), sent)).isNull();
        assertThat(sent.headers()).extracting(Header::key).containsExactly("traceparent");
        assertThat(header(sent, "traceparent")).isEqualTo(NOT_SAMPLED);
    }

    @Test
    void givesAnEventTheSameIdentityWheneverItsMessageIsRead() {
        PlainMessage message = PlainMessage.to("out", Orders.record());

        Map<String, Object> first = fields(requireNonNull(events().scheduled(orders, Orders.hold(message, NOW), null)));
        clock.advance(60_000);
        Map<String, Object> again = fields(requireNonNull(events().scheduled(orders, Orders.hold(message, NOW), null)));

        assertThat(List.of("event_id", "trace_id", "span_id"))
                .allSatisfy(name -> assertThat(again.get(name)).isNotNull().isEqualTo(first.get(name)));
    }

    @Test
    void keepsTheTraceOfAMessageWithoutOneOnItsWayThroughATier() {
        PlainMessage read = PlainMessage.to("out", Orders.record());
        PlainMessage comesBack = PlainMessage.to(
                "out",
                Orders.record(
                        "plain.delay.16s",
                        null,
                        NOW - 1_000,
                        "__courier.origin.topic",
                        "orders",
                        "__courier.origin.partition",
                        "3",
                        "__courier.origin.offset",
                        "7",
                        "__courier.origin.timestamp",
                        Long.toString(NOW - 1_000)));

        Object scheduled = fields(requireNonNull(events.scheduled(orders, Orders.hold(read, NOW), null)))
                .get("trace_id");
        Object returned = fields(requireNonNull(events.scheduled(tier, Orders.hold(comesBack, NOW), null)))
                .get("trace_id");

        assertThat(returned).isEqualTo(scheduled);
    }

    @ParameterizedTest
    @CsvSource({"hash, 2c70e12b7a0646f9", "clear, key", "none, "})
    void revealsTheKeyOnlyInTheConfiguredForm(String form, @Nullable String revealed) {
        Map<String, Object> event =
                fields(requireNonNull(events("key", form).scheduled(orders, Orders.hold(message(SAMPLED), NOW), null)));

        assertThat(event.get("key_hash")).isEqualTo(revealed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash", "clear", "none"})
    void neverRevealsTheValue(String form) {
        SourceRecord sent = sent("out", "traceparent", SAMPLED);

        SourceRecord event =
                requireNonNull(events("key", form).delivered(orders, Orders.deliver(message(SAMPLED), NOW), sent));

        assertThat(new String((byte[]) event.value(), UTF_8)).doesNotContain("\"value\"", "dmFsdWU");
        assertThat(fields(event).values()).doesNotContain("value");
    }

    @Test
    void sendsAnEventToAPartitionThatTakesRecords() {
        cluster.topicIs("message-trace", TargetTopic.Present.WITH_DEFAULTS.with(2, Map.of(1, Obstacle.NO_LEADER)));

        assertThat(requireNonNull(events.scheduled(orders, Orders.hold(message(SAMPLED), NOW), null))
                        .kafkaPartition())
                .isZero();
    }

    @Test
    void waitsForTheTopicOfEvents() {
        cluster.topicIsBlocked("message-trace");

        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> events.scheduled(orders, Orders.hold(message(SAMPLED), NOW), null))
                .withMessageContaining("message-trace");
    }

    private TraceEvents events(String... properties) {
        return eventsOf(SourceKind.RETRY, properties);
    }

    private TraceEvents eventsOf(SourceKind kind, String... properties) {
        String[] all = new String[properties.length + 2];
        System.arraycopy(properties, 0, all, 2, properties.length);
        all[0] = "trace.topic";
        all[1] = "message-trace";
        Behaviour config = PlainSourceConfig.with(kind, all);
        return new TraceEvents(config.config(), config.targetRules(cluster, clock), new Ids(clock, () -> 42), clock);
    }

    private Map<String, Object> delivered(InputPartition input, Action<Outgoing> action, SourceRecord sent) {
        return fields(requireNonNull(events.delivered(input, action, sent)));
    }

    private static PlainMessage message(String traceparent) {
        return PlainMessage.to("out", Orders.record("traceparent", traceparent));
    }

    private static SourceRecord sent(String topic, String... headers) {
        ConnectHeaders all = new ConnectHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            OutgoingHeaders.add(all, headers[i], headers[i + 1]);
        }
        return new SourceRecord(Map.of(), Map.of(), topic, null, null, null, null, null, null, all);
    }

    private static String header(SourceRecord record, String name) {
        return new String((byte[]) record.headers().lastWithName(name).value(), UTF_8);
    }

    private static Map<String, Object> fields(SourceRecord event) {
        try {
            return new ObjectMapper().readValue((byte[]) event.value(), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
