/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.MutableClock;
import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.failure.FailureReading;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.ScheduledSource;
import io.kafkacourier.source.SourceAssembly;
import io.kafkacourier.source.StoredOffsets;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.SourceOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A task that continues from the offsets of a version that stored no reading number, for each record that the current
 * version reads differently. The settings are exactly what that version wrote.
 */
class RetryUpgradeTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final TopicPartition ERRORS = new TopicPartition("sink.errors", 3);
    private static final String SETTINGS = "horizon=16000&attempts=5&initial=1000&multiplier=2.0&max=3600000&jitter=0.0"
            + "&retriable=&fatal=a.Hopeless%2Cb.Hopeless&origin=false";

    private final MutableClock clock = new MutableClock(NOW);
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "retry",
            "bootstrap.servers", "localhost:9092",
            "topics", "sink.errors",
            "retry.topic", "sink.retry",
            "dead.letter.topic", "sink.dlq",
            "non.retriable.errors", "a.Hopeless,b.Hopeless",
            "backoff.jitter", "0"));
    private MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private ScheduledSource source = start(Map.of());

    /**
     * @param name the difference of the current reading
     * @param settings the stored settings
     * @param properties the current properties, in addition to those of every test
     * @param waitMs how long the record waits from now by the earlier reading
     * @param releasedMs how long from now the last released record was due: longer than the record waits by the current
     *     reading
     */
    private record Held(
            String name,
            FailedRecord record,
            String settings,
            Map<String, String> properties,
            long waitMs,
            long releasedMs) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Held> held() {
        return Stream.of(
                new Held(
                        "counts one attempt of Spring's less",
                        FailedRecord.at(NOW).int32("retry_topic-attempts", 4),
                        SETTINGS,
                        Map.of(),
                        8_000,
                        5_000),
                new Held(
                        "knows a class in place of the one before",
                        FailedRecord.at(NOW)
                                .text("__courier.error.class", "a.Hopeless")
                                .text("__courier.error.fingerprint", "0123456789abcdef")
                                .text("__courier.retry.attempt", "1")
                                .text("__courier.retry.due.ms", Long.toString(NOW - 10)),
                        SETTINGS,
                        Map.of(),
                        2_000,
                        1_000),
                new Held(
                        "knows a class in front of our own headers",
                        FailedRecord.at(NOW)
                                .text("__courier.error.class", "a.Hopeless")
                                .text("__courier.retry.attempt", "1")
                                .text("__courier.retry.due.ms", Long.toString(NOW - 10)),
                        SETTINGS,
                        Map.of(),
                        2_000,
                        1_000),
                new Held(
                        "knows the bridge that wrote in front of our own headers",
                        FailedRecord.at(NOW)
                                .text("EXCEPTION_TYPE", "b.Hopeless")
                                .text("__courier.retry.attempt", "2")
                                .text("__courier.retry.due.ms", Long.toString(NOW - 10)),
                        SETTINGS,
                        Map.of(),
                        4_000,
                        3_000),
                new Held(
                        "misses the count of what a share group gave up",
                        FailedRecord.at(NOW)
                                .text("__dlq.errors.topic", "orders")
                                .text("__dlq.errors.partition", "0")
                                .text("__dlq.errors.offset", "7")
                                .text("__dlq.errors.delivery.count", "1")
                                .text("__dlq.errors.message", "Offset rejected by client."),
                        SETTINGS.replace("origin=false", "origin=true"),
                        Map.of("retry.topic", "${origin}", "target.topics.allow", "orders"),
                        2_000,
                        1_000),
                new Held(
                        "has a failure time far behind the timestamp wait another way",
                        FailedRecord.at(NOW - 6 * HOUR)
                                .createTime()
                                .text("__courier.retry.last.failure.ms", Long.toString(NOW)),
                        SETTINGS,
                        Map.of(),
                        1_000,
                        500));
    }

    @ParameterizedTest
    @MethodSource("held")
    void deliversHeldRecordsOnceAndWhenTheEarlierVersionWouldHave(Held held) {
        goOn(held, 42, 43, NOW + held.releasedMs(), 41);
        consumer.addRecord(held.record().record());

        clock.advance(held.waitMs() - 1);
        assertThat(poll()).isEmpty();
        clock.advance(1);

        assertThat(poll()).singleElement().satisfies(again -> {
            assertThat(again.topic()).isEqualTo(held.properties().isEmpty() ? "sink.retry" : "orders");
            assertThat(header(again, "__courier.retry.due.ms")).isEqualTo(Long.toString(NOW + held.waitMs()));
        });
        clock.advance(24 * HOUR);
        assertThat(poll()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("held")
    void readsFurtherRecordsUnderCurrentSettingsAndKeepsHeldOnesOverAnotherStart(Held held) {
        goOn(held, 42, 43, NOW + held.releasedMs(), 41);
        consumer.addRecord(held.record().record());
        assertThat(poll()).isEmpty();
        FailedRecord refused = FailedRecord.at(NOW).offset(43).connect("orders", 7, 1, "VALUE_CONVERTER", "a.B", "a.B");
        consumer.addRecord(refused.record());

        SourceRecord dead = poll().get(0);

        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("DESERIALIZATION");
        Map<String, Object> offset = stored(dead);
        assertThat(offset).containsEntry("low", 42L).containsEntry("next", 44L);
        assertThat((String) offset.get("settings")).contains("read=2");
        assertThat((String) offset.get("earlier")).doesNotContain("read");

        source = start(offset);
        consumer.addRecord(held.record().record());
        consumer.addRecord(refused.record());
        clock.advance(held.waitMs() - 1);
        assertThat(poll()).isEmpty();
        clock.advance(1);
        assertThat(poll())
                .singleElement()
                .satisfies(again -> assertThat(header(again, "__courier.retry.due.ms"))
                        .isEqualTo(Long.toString(NOW + held.waitMs())));
    }

    private static Stream<Held> refused() {
        return Stream.of(
                new Held(
                        "counts one attempt of Spring's less",
                        FailedRecord.at(NOW).offset(43).int32("retry_topic-attempts", 6),
                        SETTINGS,
                        Map.of(),
                        1_000,
                        500),
                new Held(
                        "believes a larger grant",
                        FailedRecord.at(NOW)
                                .offset(43)
                                .text("__courier.retry.attempt", "10")
                                .text("__courier.retry.max", "20")
                                .text("__courier.retry.redrive", "1"),
                        SETTINGS.replace("max=3600000", "max=10000"),
                        Map.of("backoff.max", "10s"),
                        1_000,
                        500));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void doesNotTryAgainARecordThatTheEarlierVersionMadeADeadLetter(Held refused) {
        goOn(refused, 42, 44, NOW + refused.releasedMs(), 41);
        consumer.addRecord(FailedRecord.at(NOW)
                .connect("orders", 7, 1234, "TASK_PUT", "a.B", "a.B")
                .record());
        consumer.addRecord(refused.record().record());
        List<SourceRecord> came = new ArrayList<>(poll());
        for (int second = 0; second < 60; second++) {
            clock.advance(1_000);
            came.addAll(poll());
        }

        assertThat(came)
                .singleElement()
                .satisfies(again ->
                        assertThat(header(again, "__courier.origin.offset")).isEqualTo("1234"));
    }

    @Test
    void keepsTheReadingOfTheEarlierVersionIfItsSettingsAreStoredAgain() {
        for (String text : List.of(
                SETTINGS, SETTINGS.replace("origin=false", "origin=true"), SETTINGS.replace("&ori", "&expire=5&ori"))) {
            RetrySettings settings = RetrySettings.parse(text);

            assertThat(settings.reading()).isEqualTo(FailureReading.FIRST);
            assertThat(RetrySettings.parse(settings.text())).isEqualTo(settings);
        }
    }

    @Test
    void storesTheReadingOfToday() {
        String text = RetrySourceConnector.type(properties)
                .read()
                .apply(properties)
                .policies("sink.errors")
                .current()
                .settings();

        assertThat(RetrySettings.parse(text).reading()).isEqualTo(FailureReading.SECOND);
        assertThat(RetrySettings.parse(text).text()).isEqualTo(text);
    }

    @Test
    void failsIfALaterVersionStoredTheOffset() {
        String later = RetrySourceConnector.type(properties)
                .read()
                .apply(properties)
                .policies("sink.errors")
                .current()
                .settings()
                .replace("read=2", "read=3");

        assertThatThrownBy(() -> start(offset(later, 42, 43, 0, -1)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("sink.errors-3")
                .hasMessageContaining("read=3")
                .hasMessageContaining("a later version");
    }

    private void goOn(Held held, long low, long next, long dueMs, long at) {
        properties.putAll(held.properties());
        source = start(offset(held.settings(), low, next, dueMs, at));
    }

    private static Map<String, Object> offset(String settings, long low, long next, long dueMs, long at) {
        return Map.of("next", next, "low", low, "due", dueMs, "at", at, "settings", settings, "topic.id", "id");
    }

    private static Map<String, Object> stored(SourceRecord record) {
        Map<String, Object> offset = new HashMap<>();
        record.sourceOffset().forEach((key, value) -> offset.put(key, value));
        return offset;
    }

    private List<SourceRecord> poll() {
        List<SourceRecord> batch = source.poll();
        return batch == null ? List.of() : batch;
    }

    private static String header(SourceRecord record, String name) {
        return new String(
                (byte[]) Objects.requireNonNull(record.headers().lastWithName(name), name)
                        .value(),
                UTF_8);
    }

    private ScheduledSource start(Map<String, Object> offset) {
        MockConsumer<byte[], byte[]> fresh = new MockConsumer<>("none");
        Behaviour config = RetrySourceConnector.type(properties).read().apply(properties);
        Assignment assignment = Assignment.deal(
                        List.of(new InputTopic("sink.errors", "id", 4)),
                        config.config().tierNames()::isTier,
                        1)
                .get(0);
        Map<TopicPartition, Long> firsts = new HashMap<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        assignment.partitions().forEach(partition -> {
            firsts.put(partition, partition.equals(ERRORS) ? 42L : 0L);
            ends.put(partition, partition.equals(ERRORS) ? 44L : 0L);
        });
        fresh.updateBeginningOffsets(firsts);
        fresh.updateEndOffsets(ends);
        ScheduledSource starting = SourceAssembly.of(
                        config,
                        assignment,
                        fresh,
                        topic -> CompletableFuture.completedFuture(
                                new TargetTopic.Present(1_048_588, false, Long.MAX_VALUE, HOUR)),
                        clock)
                .source();
        starting.start(
                assignment,
                new StoredOffsets(offset.isEmpty() ? Map.of() : Map.of(SourceOffset.partition(ERRORS), offset)));
        consumer = fresh;
        return starting;
    }
}
