/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.MutableClock;
import io.kafkacourier.kafka.admin.ClusterClock;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.source.ScheduledSource;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.SourceOffset;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task does with the messages of {@code orders-0}, on a consumer, a cluster and a clock that do as they are told. */
class DelayedDeliveryTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final MutableClock clock = new MutableClock(NOW);
    private final Map<String, CompletableFuture<TargetTopic>> cluster = new HashMap<>();
    private final Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "delay",
            "bootstrap.servers", "localhost:9092",
            "topics", "orders",
            "target.topics.allow", "out.*"));

    private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    private final Map<String, Integer> tiers = new LinkedHashMap<>();
    private long logStart;
    private long tierStart;
    /** Up to which offset the log is the one that was read before. */
    private long sameUpTo = Long.MAX_VALUE;

    private String topicId = "id";
    private Map<String, String> ids = Map.of();
    private MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final List<List<String>> questions = new ArrayList<>();
    private long takesToAnswerMs;
    private long aheadMs;
    private long nanos;
    private ScheduledSource source = start();

    DelayedDeliveryTest() {
        exists("out");
        exists("invalid_delay");
    }

    @Test
    void deliversByteForByteWithoutTheDelayHeaders() {
        ConsumerRecord<byte[], byte[]> message = Messages.message(
                "orders",
                0,
                NOW,
                "key",
                null,
                "a",
                "1",
                "delay",
                "5s",
                "a",
                "2",
                "target_topic",
                "out",
                "__courier.hop.due",
                "7",
                "__courier.route.reason",
                "forged");
        message.headers().add("bytes", new byte[] {0, -1}).add("null", null);
        arrive(message);

        clock.advance(5_000);
        SourceRecord delivered = poll().get(0);

        assertThat(delivered.topic()).isEqualTo("out");
        assertThat(delivered.kafkaPartition()).isNull();
        assertThat((byte[]) delivered.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(delivered.value()).isNull();
        assertThat(headers(delivered))
                .containsExactly(
                        "a=1",
                        "a=2",
                        "bytes=[0, -1]",
                        "null=null",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
        assertThat(RecordKind.of(delivered)).isEqualTo(RecordKind.MESSAGE);
    }

    @Test
    void keepsAnEarlierOrigin() {
        arrive(message(0, "target_topic", "out", "__courier.origin.topic", "first", "__courier.origin.offset", "9"));

        assertThat(headers(poll().get(0))).containsExactly("__courier.origin.topic=first", "__courier.origin.offset=9");
    }

    @Test
    void replacesAnOriginWithoutATopic() {
        arrive(message(0, "target_topic", "out", "__courier.origin.offset", "9"));

        assertThat(headers(poll().get(0)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "due, delay, 5s, 5000",
        "original, delay, 5s, 0",
        "due, none, none, 0",
        "due, deliver_at, 0, 0",
        "original, none, none, 0"
    })
    void stampsADelayedMessageAsConfiguredAndLeavesAnyOther(
            String timestamp, String header, String value, long stampedAfterMs) {
        properties.put("timestamp", timestamp);
        source = start();
        arrive(message(0, "target_topic", "out", header, value));

        clock.advance(7_000);

        assertThat(poll().get(0).timestamp()).isEqualTo(NOW + stampedAfterMs);
    }

    @Test
    void stampsNothingThatTheTargetWouldReject() {
        cluster.put("out", CompletableFuture.completedFuture(new TargetTopic.Present(1_000_000, false, 1_000, 1_000)));
        arrive(Messages.message("orders", 0, 1, "key", "value", "target_topic", "out"));

        assertThat(poll().get(0).timestamp()).isEqualTo(NOW - 500);
    }

    @Test
    void handsOutNothingThatABrokerRejectsForTheClockOfTheWorker() {
        cluster.put("out", CompletableFuture.completedFuture(new TargetTopic.Present(1_000_000, false, 0, 3_600_000)));
        arrive(message(0, "target_topic", "out"));
        aheadMs = 3_600_000;
        assertThat(poll()).hasSize(1);

        arrive(message(1, "target_topic", "out"));
        aheadMs = 3_600_001;

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(this::poll)
                .withMessageContaining("The clock of this worker is 3600 s ahead")
                .withMessageContaining(
                        "Topic out takes timestamps of up to 3600 s ahead (message.timestamp.after.max.ms)");
        aheadMs = 0;
        assertThat(poll()).hasSize(1);
    }

    /** Any message may name it, and no two clocks are the same. */
    @Test
    void aTopicThatTakesNoTimestampsAheadKeepsNoOthersWaiting() {
        cluster.put("out_x", CompletableFuture.completedFuture(new TargetTopic.Present(1_000_000, false, 0, 0)));
        arrive(message(0, "target_topic", "out_x"), message(1, "target_topic", "out"));
        aheadMs = 5;

        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("out_x", "out");
    }

    @Test
    void refusesNothingWhereABrokerWouldRejectItForTheClockOfTheWorker() {
        cluster.put(
                "invalid_delay",
                CompletableFuture.completedFuture(new TargetTopic.Present(1_000_000, false, 0, 3_600_000)));
        arrive(message(0));
        aheadMs = 3_600_001;

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(this::poll)
                .withMessageContaining("Topic invalid_delay takes timestamps of up to 3600 s ahead");
    }

    @Test
    void goesOnWhateverTheClockOfTheWorkerWhereBrokersTakeAnyTimestamp() {
        cluster.put(
                "out",
                CompletableFuture.completedFuture(
                        new TargetTopic.Present(1_000_000, false, Long.MAX_VALUE, Long.MAX_VALUE)));
        arrive(message(0, "target_topic", "out"));
        aheadMs = 86_400_000;

        assertThat(poll()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, NOW - 40L * 24 * 3_600_000, NOW + 20_000})
    void deliversAtItsTimeWhateverTheTimestamp(long timestampMs) {
        properties.put("delay.max", "10s");
        source = start();
        arrive(Messages.message(
                "orders",
                0,
                timestampMs,
                "key",
                "value",
                "target_topic",
                "out",
                "deliver_at",
                Long.toString(NOW + 4_000)));
        assertThat(poll()).isEmpty();
        clock.advance(3_999);
        assertThat(poll()).isEmpty();
        clock.advance(1);

        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("out");
    }

    @Test
    void leavesTheTimestampToTheProducerWhereThereIsNone() {
        arrive(Messages.message("orders", 0, -1, "key", "value", "target_topic", "out"));

        assertThat(poll().get(0).timestamp()).isNull();
    }

    @Test
    void readsOnWhileThereIsSomethingToHandOut() {
        arrive(message(0, "target_topic", "out"));
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(() -> arrive(message(1, "target_topic", "out")));
        consumer.schedulePollTask(() -> arrive(message(2, "target_topic", "out")));

        assertThat(poll()).hasSize(3);
    }

    @Test
    void readsOnForNothingThatOnlyWaits() {
        arrive(message(0, "target_topic", "out", "delay", "300ms"));
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(() -> arrive(message(1, "target_topic", "out")));

        assertThat(poll()).isEmpty();
        assertThat(poll()).hasSize(1);
    }

    @Test
    void waitsUntilTheNextIsDueButNeverLong() {
        assertThat(poll()).isEmpty();
        assertThat(consumer.lastPollTimeout()).isEqualTo(Duration.ofMillis(500));

        arrive(message(0, "target_topic", "out", "delay", "300ms"));
        assertThat(poll()).isEmpty();
        assertThat(poll()).isEmpty();
        assertThat(consumer.lastPollTimeout()).isEqualTo(Duration.ofMillis(300));

        clock.advance(299);
        assertThat(poll()).isEmpty();
        assertThat(consumer.lastPollTimeout()).isEqualTo(Duration.ofMillis(1));
        clock.advance(1);
        assertThat(poll()).hasSize(1);
        assertThat(consumer.lastPollTimeout()).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_out", "__out", "out-configs", "connect-offsets", "out-status"})
    void deliversToAReservedTopicOnlyIfItIsListed(String target) {
        properties.put("target.topics.allow", ".*");
        source = start();
        exists(target);
        arrive(message(0, "target_topic", target));

        assertThat(poll().get(0).topic()).isEqualTo("invalid_delay");

        properties.put("topics.allow.internal", "_other," + target);
        source = start();
        arrive(message(0, "target_topic", target));

        assertThat(poll().get(0).topic()).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({
        "delay, soon, UNREADABLE_DUE_TIME",
        "delay, 31d, DELAY_TOO_LONG",
        "target_topic, out/of, TARGET_NOT_ALLOWED",
        "target_topic, other, TARGET_NOT_ALLOWED",
        "target_topic, __out, TARGET_NOT_ALLOWED",
        "target_topic, orders, TARGET_NOT_ALLOWED",
        "target_topic, out_denied, TARGET_NOT_ALLOWED",
        "target_topic, out_offsets, TARGET_NOT_ALLOWED",
        "target_topic, out_absent, TARGET_MISSING",
        "target_topic, out_uncreatable, TARGET_MISSING",
        "target_topic, out_small, TOO_LARGE",
        "none, none, NO_TARGET"
    })
    void refusesWithTheReason(String header, String value, String reason) {
        properties.put("offsets.storage.topic", "out_offsets");
        source = start();
        exists("out_offsets");
        cluster.put("out_denied", CompletableFuture.completedFuture(new TargetTopic.Denied()));
        cluster.put(
                "out_uncreatable",
                CompletableFuture.completedFuture(new TargetTopic.Uncreatable("Replication factor is larger than 1")));
        cluster.put("out_small", CompletableFuture.completedFuture(new TargetTopic.Present(100, false, 1, 1)));
        arrive(message(0, header, value), message(1, "target_topic", "out"));

        List<SourceRecord> batch = pollOnceTwoLooksAgree();

        SourceRecord refused = batch.get(0);
        assertThat(refused.topic()).isEqualTo("invalid_delay");
        assertThat((byte[]) refused.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat((byte[]) refused.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(headers(refused))
                .containsExactly(
                        header + "=" + value,
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW,
                        "__courier.route.reason=" + reason,
                        "__courier.route.topic=orders");
        assertThat(RecordKind.of(refused)).isEqualTo(RecordKind.REFUSED);
        assertThat(batch.get(1).topic()).isEqualTo("out");
    }

    @Test
    void refusesAMessageWithoutAKeyForACompactedTarget() {
        cluster.put(
                "out",
                CompletableFuture.completedFuture(new TargetTopic.Present(1_000_000, true, Long.MAX_VALUE, 1_000)));
        arrive(
                Messages.message("orders", 0, NOW, null, "value", "target_topic", "out"),
                message(1, "target_topic", "out"));

        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("invalid_delay", "out");
    }

    @Test
    void leavesRoomForWhatTransformsAdd() {
        cluster.put("out", CompletableFuture.completedFuture(new TargetTopic.Present(2_000, false, 1, 1)));
        arrive(message(0, "target_topic", "out"));
        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("out");

        properties.put("transforms", "stamp");
        source = start();
        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("invalid_delay");
    }

    @Test
    void sendsAPointerWhereTheRefusedMessageIsTooLargeItself() {
        cluster.put(
                "invalid_delay",
                CompletableFuture.completedFuture(new TargetTopic.Present(500, false, Long.MAX_VALUE, 1_000)));
        arrive(
                Messages.message("orders", 0, NOW, "key", "v".repeat(500), "a", "1"),
                Messages.message("orders", 1, NOW, "k".repeat(500), "value", "a", "1"));

        List<SourceRecord> batch = poll();

        assertThat((byte[]) batch.get(0).key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(batch.get(0).value()).isNull();
        assertThat(headers(batch.get(0)))
                .contains("a=1", "__courier.origin.offset=0", "__courier.route.reason=NO_TARGET");
        assertThat(batch.get(1).key()).isNull();
        assertThat(headers(batch.get(1)))
                .contains("__courier.origin.offset=1", "__courier.route.reason=NO_TARGET")
                .doesNotContain("a=1");
    }

    @Test
    void keepsTheOriginOfAMessageOfATierInAPointer() {
        cluster.put(
                "invalid_delay",
                CompletableFuture.completedFuture(new TargetTopic.Present(700, false, Long.MAX_VALUE, 1_000)));
        withTiers(1, "delay.delay.4s");
        ConsumerRecord<byte[], byte[]> message = stay("delay.delay.4s", 0, NOW, NOW, 5);
        message.headers().add("target_topic", "other".getBytes(UTF_8)).add("large", new byte[1_000]);
        arrive(message);

        assertThat(headers(poll().get(0)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.offset=5",
                        "__courier.route.reason=TARGET_NOT_ALLOWED",
                        "__courier.route.topic=delay.delay.4s");
    }

    @Test
    void stopsAtARefusedMessageWhereAskedToAfterWhatComesBefore() {
        properties.put("invalid.behavior", "fail");
        source = start();
        arrive(message(0, "target_topic", "out"), message(1, "delay", "soon"));

        assertThat(poll()).hasSize(1);
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(this::poll)
                .withMessageStartingWith("Record orders-0@1: header delay is not a duration; allowed: ")
                .withMessageEndingWith("(UNREADABLE_DUE_TIME)");
    }

    @Test
    void deliversWhatIsMistimedAtOnceWhereAskedTo() {
        properties.put("invalid.behavior", "deliver");
        source = start();
        arrive(
                message(0, "target_topic", "out", "delay", "soon"),
                message(1, "target_topic", "out", "delay", "31d"),
                message(2, "delay", "soon"));

        List<SourceRecord> batch = poll();

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "out", "invalid_delay");
        assertThat(batch).extracting(SourceRecord::timestamp).startsWith(NOW, NOW);
    }

    @Test
    void goesOnWhereItWasLeftAfterAnyPrefixOfABatch() {
        arrive(
                message(0, "target_topic", "out", "delay", "3s"),
                message(1, "target_topic", "out", "delay", "1s"),
                message(2, "target_topic", "out"),
                message(3, "target_topic", "out", "delay", "2s"));
        clock.advance(1_500);
        List<SourceRecord> batch = poll();
        assertThat(offsets(batch)).containsExactly("1", "2");

        commit(batch.get(0));
        source = start();
        assertThat(offsets(poll())).containsExactly("2");

        clock.advance(2_000);
        assertThat(offsets(poll())).containsExactly("3", "0");
    }

    @Test
    void readsOnUnderNewSettingsWhileItHoldsWhatItReadUnderEarlierOnes() {
        arrive(message(0, "target_topic", "out", "delay", "3s"), message(1, "target_topic", "out"));
        commit(poll().get(0));
        properties.put("horizon", "1s");
        source = start();
        arrive(message(2, "target_topic", "out", "delay", "500ms"), message(3, "target_topic", "out"));

        List<SourceRecord> atOnce = poll();
        assertThat(offsets(atOnce)).containsExactly("3");
        commit(atOnce.get(0));
        source = start();
        assertThat(poll()).isEmpty();
        clock.advance(3_000);

        assertThat(offsets(poll())).containsExactly("2", "0");
    }

    @ParameterizedTest
    @CsvSource({"fail", "skip"})
    void noticesALogThatHasGrownAgainOverWhatItRead(String onMissing) {
        properties.put("on.missing", onMissing);
        stored.put(
                Map.of("topic", "orders", "partition", 0L),
                Map.of("next", 2L, "low", 1L, "topic.id", "id", "leader.epoch", 4L));
        arrive(message(0, "target_topic", "out"), message(1, "target_topic", "out"), message(2, "target_topic", "out"));
        sameUpTo = 1;

        if (onMissing.equals("fail")) {
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(this::start)
                    .withMessageStartingWith("Partition orders-0 was truncated: records orders-0@1 to 1");
        } else {
            source = start();
            assertThat(offsets(poll())).containsExactly("1", "2");
        }
    }

    @Test
    void carriesTheEpochOfTheLastRecordInItsOffset() {
        ConsumerRecord<byte[], byte[]> plain = message(0, "target_topic", "out");
        arrive(new ConsumerRecord<>(
                "orders",
                0,
                0,
                NOW,
                TimestampType.CREATE_TIME,
                0,
                0,
                plain.key(),
                plain.value(),
                plain.headers(),
                Optional.of(6)));

        assertThat(poll().get(0).sourceOffset()).isEqualTo(withEpoch(6));
    }

    private static Map<String, Object> withEpoch(long epoch) {
        return Map.of(
                "next", 1L,
                "low", 1L,
                "due", 0L,
                "at", 0L,
                "settings", "horizon=16000&max=2592000000&at=deliver_at&delay=delay",
                "topic.id", "id",
                "leader.epoch", epoch);
    }

    @Test
    void stopsReadingAtTheLimitOfItsBufferAndGoesOnBelow() {
        properties.put("buffer.max.bytes", "1");
        source = start();
        arrive(
                message(0, "target_topic", "out", "delay", "1s"),
                message(1, "target_topic", "out", "delay", "2s"),
                message(2, "target_topic", "out"));

        assertThat(poll()).isEmpty();
        assertThat(poll()).isEmpty();
        assertThat(consumer.paused()).containsExactly(ORDERS);
        clock.advance(1_000);
        assertThat(offsets(poll())).containsExactly("0");
        clock.advance(1_000);
        assertThat(offsets(poll())).containsExactly("1", "2");
        poll();
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void endsABatchWithTheMessageThatReachesItsBytes() {
        properties.put("batch.max.bytes", "60");
        source = start();
        for (int offset = 0; offset < 7; offset++) {
            arrive(message(offset, "target_topic", "out"));
        }

        assertThat(offsets(poll())).containsExactly("0", "1", "2");
        assertThat(offsets(poll())).containsExactly("3", "4", "5");
        assertThat(offsets(poll())).containsExactly("6");
    }

    @Test
    void handsOutAMessageThatIsLargerThanABatch() {
        properties.put("batch.max.bytes", "1");
        source = start();
        arrive(message(0, "target_topic", "out", "delay", "1s"), message(1, "target_topic", "out"));

        assertThat(offsets(poll())).containsExactly("1");
        clock.advance(1_000);
        assertThat(offsets(poll())).containsExactly("0");
    }

    @Test
    void handsOutSmallerBatchesWhereConnectTakesLongForThem() {
        properties.put("batch.max.bytes", "600000");
        source = start();
        for (int offset = 0; offset < 22; offset++) {
            arrive(Messages.message("orders", offset, NOW, "key", "v".repeat(100_000), "target_topic", "out"));
        }

        assertThat(poll()).hasSize(1);
        assertThat(poll()).hasSize(3);
        assertThat(poll()).hasSize(6);
        nanos += Duration.ofSeconds(5).toNanos() + 1;
        assertThat(poll()).hasSize(3);
        nanos += Duration.ofSeconds(5).toNanos();
        assertThat(poll()).hasSize(3);
        nanos += Duration.ofSeconds(1).toNanos() - 1;
        assertThat(poll()).hasSize(6);
    }

    @Test
    void hasHopsShareABatchWhereNothingIsDue() {
        withTiers(1, "delay.delay.16s", "delay.delay.32s");
        arrive(message(0, "target_topic", "out", "delay", "60s"));
        assertThat(poll()).hasSize(1);
        long before = nanos;
        arrive(message(1, "target_topic", "out", "delay", "60s"));
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(() -> arrive(message(2, "target_topic", "out", "delay", "60s")));

        assertThat(offsets(poll())).containsExactly("1", "2");
        assertThat(Duration.ofNanos(nanos - before)).isBetween(Duration.ofMillis(200), Duration.ofMillis(210));
    }

    @Test
    void neverHasAMessageWaitForHops() {
        withTiers(1, "delay.delay.16s", "delay.delay.32s");
        arrive(message(0, "target_topic", "out", "delay", "60s"));
        travel(poll().get(0));
        clock.advance(33_000);
        travel(poll().get(0));
        clock.advance(17_000);
        assertThat(poll()).as("held").isEmpty();
        long before = nanos;
        arrive(message(1, "target_topic", "out", "delay", "110s"));
        clock.advance(10_000);

        assertThat(offsets(poll())).as("due, from a tier").containsExactly("0");
        assertThat(Duration.ofNanos(nanos - before)).isLessThanOrEqualTo(Duration.ofMillis(10));
        arrive(message(2, "target_topic", "out"));
        assertThat(offsets(poll())).as("due at once, behind a hop").containsExactly("1", "2");
        assertThat(Duration.ofNanos(nanos - before)).isLessThanOrEqualTo(Duration.ofMillis(20));
    }

    @Test
    void takesUpAllThatItHeldWhateverTheLimitOfItsBuffer() {
        arrive(
                message(0, "target_topic", "out", "delay", "2s"),
                message(1, "target_topic", "out", "delay", "1s"),
                message(2, "target_topic", "out"));
        commit(poll().get(0));
        properties.put("buffer.max.bytes", "1");
        source = start();

        assertThat(poll()).isEmpty();
        clock.advance(2_000);
        assertThat(offsets(poll())).containsExactly("1", "0");
    }

    @Test
    void waitsForAnAnswerOfTheClusterWithoutLosingItsPlace() {
        CompletableFuture<TargetTopic> answer = new CompletableFuture<>();
        cluster.put("out_late", answer);
        arrive(
                message(0, "target_topic", "out"),
                message(1, "target_topic", "out_late"),
                message(2, "target_topic", "out"));

        assertThat(offsets(poll())).containsExactly("0");
        assertThatExceptionOfType(RetriableException.class).isThrownBy(this::poll);
        answer.complete(TargetTopic.Present.WITH_DEFAULTS);
        assertThat(offsets(poll())).containsExactly("1", "2");
    }

    @Test
    void asksForManyTargetsTogether() {
        for (int offset = 0; offset < 5; offset++) {
            exists("out_" + offset);
            arrive(message(offset, "target_topic", "out_" + offset));
        }

        assertThat(offsets(poll())).containsExactly("0", "1", "2", "3", "4");
        assertThat(questions).containsExactly(List.of("out_0", "out_1", "out_2", "out_3", "out_4"));
    }

    @Test
    void handsOutWhatIsMadeWhereTheClusterIsSlow() {
        takesToAnswerMs = 600;
        exists("out_0");
        arrive(message(0, "target_topic", "out_0"), message(1, "target_topic", "out_0"));

        assertThat(offsets(poll())).containsExactly("0");
        assertThat(offsets(poll())).containsExactly("1");
    }

    @Test
    void waitsForTheTopicOfRefusedMessages() {
        cluster.remove("invalid_delay");
        arrive(message(0));

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(this::poll)
                .withMessageStartingWith("The topic invalid_delay of the connector does not exist");
        exists("invalid_delay");
        clock.advance(6_000);
        assertThat(poll()).hasSize(1);
    }

    @Test
    void tellsOfMessagesHeldAndDelivered() {
        traced();
        arrive(message(0, "target_topic", "out", "delay", "2s", "traceparent", TRACE + "-01", "message_id", "m1"));

        SourceRecord scheduled = poll().get(0);
        clock.advance(2_003);
        List<SourceRecord> batch = poll();

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
    void messagesGoOnWithTheSpanThatWasToldLastAsTheirParent() throws Exception {
        traced();
        arrive(
                message(0, "target_topic", "out", "delay", "2s", "traceparent", TRACE + "-01"),
                message(1, "target_topic", "out", "traceparent", TRACE + "-01", "traceparent", "malformed"));

        List<SourceRecord> first = poll();
        clock.advance(2_000);
        List<SourceRecord> second = poll();

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
    void tellsOfAHeldMessageOnlyOnceAndInOneTraceEvenIfItHasNone() {
        traced();
        arrive(message(0, "target_topic", "out", "delay", "2s"));
        SourceRecord scheduled = poll().get(0);
        commit(scheduled);
        source = start();

        assertThat(poll()).isEmpty();
        clock.advance(2_000);
        List<SourceRecord> batch = poll();
        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(batch.get(1).key()).isEqualTo(scheduled.key());
    }

    @ParameterizedTest
    @CsvSource({"traceparent,malformed", "b3,1", "X-B3-Sampled,1", "trace_id,00000000000000000000000000000000"})
    void namesTheTraceAlikeWhateverCannotBeReadOfIt(String name, String value) throws Exception {
        traced();
        arrive(message(0, "target_topic", "out", "delay", "2s", name, value));

        SourceRecord scheduled = poll().get(0);
        clock.advance(2_000);
        List<SourceRecord> batch = poll();

        assertThat(batch.get(1).key()).isEqualTo(scheduled.key());
        assertThat(field(batch.get(1), "parent_span_id")).isEqualTo(field(scheduled, "span_id"));
    }

    @Test
    void leavesATraceIdOfTheApplicationAsItIs() throws Exception {
        traced();
        arrive(message(0, "target_topic", "out", "traceparent", TRACE + "-03", "trace_id", "4711"));

        List<SourceRecord> batch = poll();

        assertThat(header(batch.get(0), "trace_id")).isEqualTo("4711");
        assertThat(header(batch.get(0), "traceparent")).endsWith("-03");
        assertThat(field(batch.get(1), "trace_name")).isEqualTo("4711");
        assertThat(field(batch.get(1), "trace_id")).isEqualTo(TRACE.substring(3, 35));
    }

    @Test
    void writesNoTraceIdIfItsHeaderHasNoName() {
        properties.put("trace.id.header", "");
        traced();
        arrive(message(0, "target_topic", "out", "traceparent", TRACE + "-01"));

        assertThat(poll().get(0).headers())
                .extracting(Header::key)
                .contains("traceparent")
                .doesNotContain("trace_id");
    }

    @ParameterizedTest
    @CsvSource({"clear,\"key_hash\":\"key\"", "none,", "hash,\"key_hash\":\"2c70e12b7a0646f9\""})
    void revealsOfTheKeyWhatIsAskedFor(String form, @Nullable String told) {
        properties.put("key", form);
        traced();
        arrive(Messages.message("orders", 0, NOW, "key", "v", "target_topic", "out"));

        String event = new String((byte[]) poll().get(1).value(), UTF_8);

        assertThat(event).contains(told == null ? "\"event\":\"deliver\"" : told);
        assertThat(event.contains("key_hash")).isEqualTo(told != null);
    }

    @Test
    void tellsNothingOfATraceThatIsNotSampledNorOfRefusedMessages() {
        traced();
        arrive(message(0, "target_topic", "out", "traceparent", TRACE + "-00"), message(1));

        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("out", "invalid_delay");
    }

    @Test
    void sendsALongWaitToATierWithAllItsHeaders() {
        withTiers(3, "delay.delay.2048s");
        arrive(Messages.message(
                "orders",
                0,
                NOW,
                "key",
                null,
                "a",
                "1",
                "delay",
                "1h",
                "target_topic",
                "out",
                "__courier.hop.release",
                "7"));

        SourceRecord hop = poll().get(0);

        assertThat(hop.topic()).isEqualTo("delay.delay.2048s");
        assertThat(hop.kafkaPartition()).isZero();
        assertThat((byte[]) hop.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(hop.value()).isNull();
        assertThat(hop.timestamp()).isEqualTo(NOW);
        assertThat(headers(hop))
                .containsExactly(
                        "a=1",
                        "delay=1h",
                        "target_topic=out",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW,
                        "__courier.hop.due=" + (NOW + 3_600_000),
                        "__courier.hop.release=" + (NOW + 2_048_000));
        assertThat(RecordKind.of(hop)).isEqualTo(RecordKind.HOP);
        assertThat(SourceOffset.parse(hop.sourceOffset(), "").progress().low()).isEqualTo(1);
    }

    @Test
    void bringsAMessageThroughItsTiersToItsTarget() {
        withTiers(1, "delay.delay.4s", "delay.delay.16s");
        arrive(message(0, "target_topic", "out", "delay", "21s", "a", "1"));
        travel(poll().get(0));

        clock.advance(15_999);
        assertThat(poll()).isEmpty();
        assertThat(consumer.lastPollTimeout()).isEqualTo(Duration.ofMillis(500));
        clock.advance(1);
        assertThat(poll()).isEmpty();
        clock.advance(4_999);
        assertThat(poll()).isEmpty();
        clock.advance(1);
        SourceRecord delivered = poll().get(0);

        assertThat(delivered.topic()).isEqualTo("out");
        assertThat(delivered.timestamp()).isEqualTo(NOW + 21_000);
        assertThat(delivered.sourcePartition().get("topic")).hasToString("delay.delay.16s");
        assertThat(headers(delivered))
                .containsExactly(
                        "a=1",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
    }

    @Test
    void keepsMessagesOfATopicWithAFixedDelayThereUntilTheyAreDue() {
        properties.put("topic.delays", "orders=21s");
        properties.put("target.topic", "out");
        withTiers(1, "delay.delay.4s", "delay.delay.16s");
        arrive(message(0), message(1));

        assertThat(poll()).isEmpty();
        clock.advance(20_999);
        assertThat(poll()).isEmpty();
        assertThat(consumer.lastPollTimeout()).isEqualTo(Duration.ofMillis(1));
        clock.advance(1);

        List<SourceRecord> delivered = poll();
        assertThat(offsets(delivered)).containsExactly("0", "1");
        assertThat(delivered).extracting(SourceRecord::topic).containsOnly("out");
        assertThat(delivered).extracting(SourceRecord::timestamp).containsOnly(NOW + 21_000);
    }

    @Test
    void sendsNothingToATierWhoseTargetWillNeverBeAllowed() {
        withTiers(1, "delay.delay.16s");
        arrive(
                message(0, "delay", "20s"),
                message(1, "delay", "20s", "target_topic", "delay.delay.16s"),
                message(2, "delay", "20s", "target_topic", "out_absent"));

        List<SourceRecord> batch = poll();

        assertThat(batch)
                .extracting(SourceRecord::topic)
                .containsExactly("invalid_delay", "invalid_delay", "delay.delay.16s");
        assertThat(headers(batch.get(0))).contains("__courier.route.reason=NO_TARGET");
        assertThat(headers(batch.get(1))).contains("__courier.route.reason=TARGET_NOT_ALLOWED");
    }

    @Test
    void refusesWhatIsTooLargeForATier() {
        withTiers(1, "delay.delay.16s");
        cluster.put(
                "delay.delay.16s",
                CompletableFuture.completedFuture(new TargetTopic.Present(300, false, Long.MAX_VALUE, 1_000)));
        arrive(message(0, "delay", "20s", "target_topic", "out"));

        assertThat(headers(poll().get(0))).contains("__courier.route.reason=TOO_LARGE");
    }

    @Test
    void refusesWhatSomebodyElseWroteToATier() {
        withTiers(1, "delay.delay.16s");
        arrive(Messages.message("delay.delay.16s", 0, NOW, "key", "value", "target_topic", "out"));

        SourceRecord refused = poll().get(0);

        assertThat(refused.topic()).isEqualTo("invalid_delay");
        assertThat(headers(refused)).contains("__courier.route.reason=UNREADABLE_DUE_TIME");
    }

    @Test
    void holdsBackOnlyTheMessagesOfATargetThatTakesNoneAtTheMoment() {
        withTiers(1, "delay.delay.1s", "delay.delay.4s", "delay.delay.16s");
        isBlocked("out_x", 1, Obstacle.NO_LEADER);
        arrive(message(0, "target_topic", "out_x", "delay", "2s", "a", "1"), message(1, "target_topic", "out"));
        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("out");
        clock.advance(2_005);

        SourceRecord heldBack = poll().get(0);

        assertThat(heldBack.topic()).isEqualTo("delay.delay.1s");
        assertThat(RecordKind.of(heldBack)).isEqualTo(RecordKind.HOP);
        assertThat((byte[]) heldBack.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(headers(heldBack))
                .contains("a=1", "delay=2s", "target_topic=out_x", "__courier.hop.due=" + (NOW + 2_000))
                .contains("__courier.hop.release=" + (NOW + 3_005), "__courier.hop.blocked=" + (NOW + 2_005));
        travel(heldBack);
        clock.advance(999);
        assertThat(poll()).isEmpty();
        clock.advance(1);
        SourceRecord longer = poll().get(0);
        assertThat(longer.topic()).isEqualTo("delay.delay.4s");
        assertThat(headers(longer))
                .contains("__courier.hop.release=" + (NOW + 7_005), "__courier.hop.blocked=" + (NOW + 3_005));

        travel(longer);
        exists("out_x");
        clock.advance(4_000);
        SourceRecord delivered = poll().get(0);
        assertThat(delivered.topic()).isEqualTo("out_x");
        assertThat(delivered.timestamp()).isEqualTo(NOW + 2_000);
        assertThat(headers(delivered))
                .containsExactly(
                        "a=1",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
    }

    @Test
    void triesAMessageThatIsHeldBackAgainWithinAboutAMinute() {
        withTiers(1, "delay.delay.1s", "delay.delay.64s", "delay.delay.128s");
        isBlocked("out", 1, Obstacle.UNDER_MIN_ISR);
        ConsumerRecord<byte[], byte[]> message = stay("delay.delay.64s", 0, NOW, NOW - 64_000, 5);
        message.headers()
                .add("__courier.hop.blocked", Long.toString(NOW - 64_000).getBytes(UTF_8));
        arrive(message);

        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("delay.delay.64s");
    }

    /** In a long tier each look would be too far from the one before to agree with it. */
    @Test
    void looksAgainSoonForATargetThatOneLookDidNotFindHoweverLongTheMessageWasHeldBack() {
        withTiers(1, "delay.delay.1s", "delay.delay.64s", "delay.delay.128s");
        ConsumerRecord<byte[], byte[]> message = stay("delay.delay.64s", 0, NOW, NOW - 64_000, 5);
        message.headers()
                .add("__courier.hop.blocked", Long.toString(NOW - 64_000).getBytes(UTF_8));
        cluster.put("out", CompletableFuture.completedFuture(new TargetTopic.Absent()));
        arrive(message);

        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("delay.delay.1s");
    }

    /** Its due time is decades away and is not kept, so it must not keep what is held back behind it either. */
    @Test
    void holdsBackWhatIsMistimedNoLongerThanOthersWhereItIsDeliveredAtOnce() {
        properties.put("invalid.behavior", "deliver");
        withTiers(1, "delay.delay.1s");
        isBlocked("out_x", 1, Obstacle.NO_LEADER);
        arrive(
                message(0, "target_topic", "out_x", "deliver_at", "2063-04-05T00:00:00Z"),
                message(1, "target_topic", "out", "delay", "31d"));

        List<SourceRecord> batch = poll();

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("delay.delay.1s", "out");
        assertThat(headers(batch.get(0)))
                .contains(
                        "__courier.hop.due=0",
                        "__courier.hop.blocked=" + NOW,
                        "__courier.hop.release=" + (NOW + 1_000));
        exists("out_x");
        travel(batch.get(0));
        clock.advance(1_000);
        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("out_x");
    }

    /** A worker whose clock was a day ahead wrote it. */
    @Test
    void waitsInATierNoLongerThanMessagesStayThere() {
        withTiers(1, "delay.delay.1s");
        long aheadMs = NOW + 86_400_000;
        ConsumerRecord<byte[], byte[]> heldBack = stay("delay.delay.1s", 0, aheadMs + 1_000, NOW - 1, 5);
        heldBack.headers().add("__courier.hop.blocked", Long.toString(aheadMs).getBytes(UTF_8));
        arrive(heldBack);

        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("out");
    }

    @Test
    void holdsBackAMessageThatIsTooLargeWhileTheTopicOfRefusedMessagesTakesNone() {
        withTiers(1, "delay.delay.1s");
        cluster.put(
                "out_small",
                CompletableFuture.completedFuture(new TargetTopic.Present(200, false, Long.MAX_VALUE, 1_000)));
        isBlocked("invalid_delay", 1, Obstacle.NO_LEADER);
        arrive(message(0, "target_topic", "out_small", "x", "y".repeat(3_000)), message(1, "target_topic", "out"));

        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("delay.delay.1s", "out");
    }

    @Test
    void tellsNoLatenessOfAMessageWithoutADelayThatWasHeldBack() throws Exception {
        traced();
        withTiers(1, "delay.delay.1s");
        isBlocked("out", 1, Obstacle.NO_LEADER);
        arrive(message(0, "target_topic", "out", "traceparent", TRACE + "-01"));
        travel(poll().get(0));
        exists("out");
        clock.advance(1_000);
        List<SourceRecord> batch = poll();

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(text((byte[]) batch.get(1).value())).doesNotContain("lateness_ms");
    }

    @Test
    void isNotToldTwiceOfAMessageThatIsHeldBackAndTellsItsWholeLateness() throws Exception {
        traced();
        withTiers(1, "delay.delay.1s");
        isBlocked("out", 1, Obstacle.NO_LEADER);
        arrive(message(0, "target_topic", "out", "delay", "2s", "traceparent", TRACE + "-01"));
        SourceRecord scheduled = poll().get(0);
        clock.advance(2_000);

        List<SourceRecord> heldBack = poll();
        assertThat(heldBack).extracting(SourceRecord::topic).containsExactly("delay.delay.1s");
        travel(heldBack.get(0));
        exists("out");
        clock.advance(1_000);
        List<SourceRecord> batch = poll();

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(field(batch.get(1), "event")).isEqualTo("deliver");
        assertThat(field(batch.get(1), "lateness_ms")).isEqualTo("1000");
        assertThat(field(batch.get(1), "parent_span_id")).isEqualTo(field(scheduled, "span_id"));
    }

    @Test
    void doesNotDeliverTwiceWhatWasHeldBackBeforeARestart() {
        withTiers(1, "delay.delay.1s");
        isBlocked("out_x", 1, Obstacle.NO_LEADER);
        arrive(
                message(0, "target_topic", "out_x", "delay", "1s"),
                message(1, "target_topic", "out", "delay", "2s"),
                message(2, "target_topic", "out_x"));
        SourceRecord atOnce = poll().get(0);
        clock.advance(1_000);
        SourceRecord heldBack = poll().get(0);
        assertThat(atOnce.topic()).isEqualTo("delay.delay.1s");
        assertThat(heldBack.topic()).isEqualTo("delay.delay.1s");
        commit(heldBack);
        exists("out_x");

        source = start();
        assertThat(poll()).isEmpty();
        clock.advance(1_000);
        assertThat(offsets(poll())).containsExactly("1");
    }

    @Test
    void waitsForATargetThatTakesNoneWhereThereAreNoTiers() {
        isBlocked("out", 1, Obstacle.NO_LEADER);
        arrive(message(0, "target_topic", "out"));

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(this::poll)
                .withMessageContaining("The target out has a partition without a leader");
        exists("out");
        clock.advance(1_000);
        assertThat(poll()).extracting(SourceRecord::topic).containsExactly("out");
    }

    @Test
    void holdsBackWhatIsRefusedWhenItIsDueWhileTheTopicOfRefusedMessagesTakesNone() {
        withTiers(1, "delay.delay.1s");
        isBlocked("invalid_delay", 1, Obstacle.NO_LEADER);
        arrive(message(0, "target_topic", "other"), message(1, "target_topic", "out"));

        List<SourceRecord> batch = poll();
        assertThat(batch).extracting(SourceRecord::topic).containsExactly("delay.delay.1s", "out");

        exists("invalid_delay");
        travel(batch.get(0));
        clock.advance(1_000);
        SourceRecord refused = poll().get(0);
        assertThat(refused.topic()).isEqualTo("invalid_delay");
        assertThat(headers(refused)).contains("__courier.route.reason=TARGET_NOT_ALLOWED");
    }

    @Test
    void sendsRefusedMessagesToAPartitionThatTakesThem() {
        isBlocked("invalid_delay", 2, Obstacle.NO_LEADER);
        arrive(message(0, "target_topic", "other"));

        assertThat(poll().get(0).kafkaPartition()).isEqualTo(1);
    }

    @Test
    void waitsInAnotherPartitionOrAShorterTierWhereOneTakesNone() {
        withTiers(2, "delay.delay.1s", "delay.delay.4s", "delay.delay.16s");
        isBlocked("delay.delay.16s", 2, Obstacle.UNDER_MIN_ISR);
        arrive(message(0, "target_topic", "out", "delay", "17s"));
        assertThat(poll()).extracting(SourceRecord::kafkaPartition).containsExactly(1);

        isBlocked("delay.delay.16s", 1, Obstacle.UNDER_MIN_ISR);
        clock.advance(6_000);
        arrive(message(1, "target_topic", "out", "deliver_at", Long.toString(clock.millis() + 17_000)));
        SourceRecord hop = poll().get(0);
        assertThat(hop.topic()).isEqualTo("delay.delay.4s");
        assertThat(headers(hop)).contains("__courier.hop.release=" + (clock.millis() + 4_000));
    }

    @Test
    void waitsForATierThatIsNotThere() {
        arrive(message(0, "delay", "20s", "target_topic", "out"));

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(this::poll)
                .withMessageContaining("delay.delay.16s does not exist");
    }

    @Test
    void releasesWhatCameThroughDifferentTiersInOneOrder() {
        withTiers(1, "delay.delay.1s", "delay.delay.4s");
        arrive(
                stay("delay.delay.1s", 0, NOW, NOW + 3_000, 5),
                stay("delay.delay.1s", 1, NOW, NOW + 5_000, 7),
                stay("delay.delay.4s", 0, NOW, NOW + 3_000, 4),
                stay("delay.delay.4s", 1, NOW, NOW + 4_000, 6));
        assertThat(poll()).isEmpty();

        clock.advance(6_000);

        assertThat(offsets(poll())).containsExactly("4", "5", "6", "7");
    }

    @ParameterizedTest
    @CsvSource({
        "earlier, 7, 7, 0, deleted and created anew",
        "id, 7, 7, 0, was truncated",
        "id, 0, 0, 1, to 0 were deleted"
    })
    void stopsAtATierWhoseMessagesAreGone(String id, long next, long low, long first, String message) {
        withTiers(1, "delay.delay.4s");
        arrive(stay("delay.delay.4s", 0, NOW, NOW, 5), stay("delay.delay.4s", 1, NOW, NOW, 6));
        tierStart = first;
        stored.put(
                Map.of("topic", "delay.delay.4s", "partition", 0L),
                Map.of("next", next, "low", low, "topic.id", id, "settings", "tier&horizon=16000"));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(this::start)
                .withMessageContaining("delay.delay.4s-0")
                .withMessageContaining(message);
    }

    @Test
    void goesOnAtTheStartOfATierThatWasCreatedAnewWhereAskedTo() {
        properties.put("on.missing", "skip");
        withTiers(1, "delay.delay.4s");
        arrive(stay("delay.delay.4s", 0, NOW, NOW, 5), stay("delay.delay.4s", 1, NOW, NOW, 6));
        stored.put(
                Map.of("topic", "delay.delay.4s", "partition", 0L),
                Map.of("next", 7L, "topic.id", "earlier", "settings", "tier&horizon=16000"));
        source = start();

        assertThat(offsets(poll())).containsExactly("5", "6");
    }

    @Test
    void bringsMessagesOfAnEarlierLongerLadderDownThroughItsTiers() {
        properties.put("delay.max", "10s");
        withTiers(1, "delay.delay.4s", "delay.delay.2048s", "delay.delay.32768s");
        arrive(stay("delay.delay.32768s", 0, NOW, NOW + 3_000_000, 5));

        SourceRecord hop = poll().get(0);

        assertThat(hop.topic()).isEqualTo("delay.delay.2048s");
        assertThat(headers(hop)).contains("__courier.hop.due=" + (NOW + 3_000_000));
    }

    @Test
    void tellsOfAMessageThatGoesToATierOnce() {
        traced();
        withTiers(1, "delay.delay.16s");
        arrive(message(0, "target_topic", "out", "delay", "20s"));
        List<SourceRecord> batch = poll();
        travel(batch.get(0));
        clock.advance(16_000);

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("delay.delay.16s", "message-trace");
        assertThat(poll()).isEmpty();
        clock.advance(4_000);
        List<SourceRecord> delivered = poll();
        assertThat(delivered).extracting(SourceRecord::topic).containsExactly("out", "message-trace");
        assertThat(delivered.get(1).key()).isEqualTo(batch.get(1).key());
    }

    @Test
    void stopsWhereItsTopicWasCreatedAnew() {
        arrive(message(0, "target_topic", "out"));
        commit(poll().get(0));
        topicId = "other";

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(this::start)
                .withMessageContaining("The topic of orders-0 was deleted and created anew");
    }

    @Test
    void startsATopicThatWasCreatedAnewFromItsBeginningWhereAskedTo() {
        arrive(message(0, "target_topic", "out"));
        commit(poll().get(0));
        topicId = "other";
        properties.put("on.missing", "skip");
        source = start();

        assertThat(offsets(poll())).containsExactly("0");
    }

    /** With the positions of the new log, and under its id, so that a later start goes on there. */
    @Test
    void readsATopicFromItsBeginningThatIsAnotherOneThoughItHasARecordWhereItGoesOn() {
        properties.put("on.missing", "skip");
        source = start();
        arrive(message(0, "target_topic", "out"), message(1, "target_topic", "out", "delay", "5s"));
        assertThat(offsets(poll())).containsExactly("0");
        arrive(message(0, "target_topic", "out"), message(1, "target_topic", "out"), message(2, "target_topic", "out"));

        ids = Map.of("orders", "other");
        source.tellTopicIds(ids);
        assertThat(poll()).isEmpty();
        List<SourceRecord> batch = poll();

        assertThat(offsets(batch)).containsExactly("0", "1", "2");
        assertThat(batch.get(2).sourceOffset().get("topic.id")).isEqualTo("other");
        assertThat(batch.get(2).sourceOffset().get("next")).isEqualTo(3L);
        clock.advance(5_000);
        assertThat(poll()).as("what was held of the topic that is gone").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "horizon=1"})
    void stopsAtProgressMadeUnderSettingsItCannotRead(String settings) {
        arrive(message(0, "target_topic", "out"));
        stored.put(Map.of("topic", "orders", "partition", 0L), Map.of("next", 1L, "settings", settings));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(this::start)
                .withMessageStartingWith("The stored settings of orders-0 cannot be read: ");
    }

    @Test
    void readsAPartitionItNeverReadFromTheFirstOffsetThereIs() {
        logStart = 1;
        arrive(message(0, "target_topic", "out"), message(1, "target_topic", "out"));
        source = start();

        assertThat(offsets(poll())).containsExactly("1");
    }

    private static String header(SourceRecord record, String name) {
        return new String((byte[]) record.headers().lastWithName(name).value(), UTF_8);
    }

    private static String field(SourceRecord event, String name) throws IOException {
        return new ObjectMapper().readTree((byte[]) event.value()).path(name).asText();
    }

    private static ConsumerRecord<byte[], byte[]> message(long offset, String... headers) {
        return Messages.message("orders", offset, NOW, "key", "value", headers);
    }

    private static ConsumerRecord<byte[], byte[]> stay(
            String tier, long offset, long releaseMs, long dueMs, long originOffset) {
        return Messages.message(
                tier,
                offset,
                NOW,
                "key",
                "value",
                "target_topic",
                "out",
                "__courier.hop.release",
                Long.toString(releaseMs),
                "__courier.hop.due",
                Long.toString(dueMs),
                "__courier.origin.topic",
                "orders",
                "__courier.origin.offset",
                Long.toString(originOffset));
    }

    private void withTiers(int partitions, String... topics) {
        for (String tier : topics) {
            exists(tier);
            tiers.put(tier, partitions);
        }
        source = start();
    }

    /** Has a record arrive in the topic it was sent to, as the first there. */
    private void travel(SourceRecord record) {
        ConsumerRecord<byte[], byte[]> arrived = new ConsumerRecord<>(
                record.topic(),
                record.kafkaPartition(),
                0,
                record.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                0,
                (byte[]) record.key(),
                (byte[]) record.value(),
                new RecordHeaders(),
                Optional.empty());
        record.headers().forEach(header -> arrived.headers().add(header.key(), (byte[]) header.value()));
        arrive(arrived);
    }

    private void traced() {
        exists("message-trace");
        properties.put("trace.topic", "message-trace");
        source = start();
    }

    private void exists(String topic) {
        cluster.put(topic, CompletableFuture.completedFuture(TargetTopic.Present.WITH_DEFAULTS));
    }

    /** A topic whose first partition takes no records. */
    private void isBlocked(String topic, int partitions, Obstacle obstacle) {
        cluster.put(
                topic,
                CompletableFuture.completedFuture(
                        TargetTopic.Present.WITH_DEFAULTS.with(partitions, Map.of(0, obstacle))));
    }

    @SafeVarargs
    private void arrive(ConsumerRecord<byte[], byte[]>... messages) {
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            log.add(message);
            consumer.addRecord(message);
        }
    }

    /** A task that starts with what is stored, and the log as it is. */
    private ScheduledSource start() {
        MockConsumer<byte[], byte[]> fresh = new MockConsumer<>("none") {
            @Override
            public synchronized long position(TopicPartition partition, Duration timeout) {
                long position = super.position(partition, timeout);
                if (timeout.isZero() || position <= sameUpTo) {
                    return position;
                }
                throw new LogTruncationException(
                        Map.of(partition, position), Map.of(partition, new OffsetAndMetadata(sameUpTo)));
            }
        };
        List<InputTopic> topics = new ArrayList<>(List.of(new InputTopic("orders", topicId, 1)));
        tiers.forEach((tier, partitions) -> topics.add(new InputTopic(tier, "id", partitions)));
        Assignment assignment = Assignment.deal(topics, tiers::containsKey, 1).get(0);
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (TopicPartition partition : assignment.partitions()) {
            beginnings.put(partition, partition.equals(ORDERS) ? logStart : tierStart);
            ends.put(partition, 0L);
        }
        for (ConsumerRecord<byte[], byte[]> message : log) {
            ends.merge(new TopicPartition(message.topic(), message.partition()), 1L, Long::sum);
        }
        fresh.updateBeginningOffsets(beginnings);
        fresh.updateEndOffsets(ends);
        ScheduledSource starting = ScheduledSource.of(
                DelaySourceConfig.read(properties),
                assignment,
                fresh,
                new Lookup(),
                clock,
                () -> nanos,
                waited -> nanos += waited);
        starting.start(assignment, DelaySourceConfig.read(properties)::policies, new StoredOffsets());
        log.forEach(fresh::addRecord);
        consumer = fresh;
        return starting;
    }

    private final class Lookup implements TopicLookup {

        @Override
        public ClusterClock clock() {
            return () -> aheadMs;
        }

        @Override
        public CompletableFuture<Map<String, String>> ids(Collection<String> topics) {
            return CompletableFuture.completedFuture(ids);
        }

        @Override
        public CompletableFuture<TargetTopic> look(String topic) {
            return cluster.getOrDefault(topic, CompletableFuture.completedFuture(new TargetTopic.Absent()));
        }

        @Override
        public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
            clock.advance(takesToAnswerMs);
            questions.add(List.copyOf(topics));
            return TopicLookup.super.look(topics);
        }
    }

    /** What is handed out once a second look, two seconds later, has confirmed what the first found to be missing. */
    private List<SourceRecord> pollOnceTwoLooksAgree() {
        try {
            return poll();
        } catch (RetriableException e) {
            clock.advance(2_000);
            return poll();
        }
    }

    private List<SourceRecord> poll() {
        List<SourceRecord> batch = source.poll();
        return batch == null ? List.of() : batch;
    }

    private void commit(SourceRecord record) {
        stored.put(record.sourcePartition(), new HashMap<>(record.sourceOffset()));
    }

    private static List<String> offsets(List<SourceRecord> records) {
        return records.stream()
                .map(record -> new String(
                        (byte[]) record.headers()
                                .lastWithName("__courier.origin.offset")
                                .value(),
                        UTF_8))
                .toList();
    }

    private static List<String> headers(SourceRecord record) {
        List<String> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(header.key() + "=" + text((byte[]) header.value()));
        }
        return headers;
    }

    private static String text(byte @Nullable [] value) {
        if (value == null) {
            return "null";
        }
        String text = new String(value, UTF_8);
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7F) ? text : Arrays.toString(value);
    }

    private final class StoredOffsets implements OffsetStorageReader {

        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
            throw new UnsupportedOperationException("all offsets are read with one call");
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            Map<Map<String, T>, Map<String, Object>> found = new LinkedHashMap<>();
            partitions.forEach(partition -> found.put(partition, stored.get(partition)));
            return found;
        }
    }
}
