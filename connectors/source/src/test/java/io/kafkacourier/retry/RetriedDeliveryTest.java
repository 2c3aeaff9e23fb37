/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.failure.Fault;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.source.ScheduledSource;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.progress.Assignment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task does with the records of {@code sink.errors-3} and one tier, on a cluster and a clock that do as told. */
class RetriedDeliveryTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final long DAY = 86_400_000;
    private static final TopicPartition ERRORS = new TopicPartition("sink.errors", 3);
    private static final String TRACE = "a.Outer: x\n\tat a.B.c(B.java:1)\nCaused by: a.Root: y";

    private final MutableClock clock = new MutableClock(NOW);
    private final Map<String, CompletableFuture<TargetTopic>> cluster = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "retry",
            "bootstrap.servers", "localhost:9092",
            "topics", "sink.errors",
            "retry.topic", "sink.retry",
            "dead.letter.topic", "sink.dlq",
            "backoff.jitter", "0"));
    private MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private ScheduledSource source = start();

    RetriedDeliveryTest() {
        List.of("sink.retry", "sink.dlq", "retry.delay.16s", "orders").forEach(topic -> exists(topic, 1_048_588));
    }

    @Test
    void isTriedAgainWhenItIsDueWithItsStoryInPlaceOfWhatOthersWrote() {
        arrive(failed().text("tenant", "acme")
                .hex("bytes", "00ff")
                .text("null", null)
                .text("__courier.route.reason", "forged")
                .text("__courier.hop.due", "7"));
        assertThat(poll()).isEmpty();
        clock.advance(999);
        assertThat(poll()).isEmpty();
        clock.advance(1);

        SourceRecord again = poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        assertThat(again.kafkaPartition()).isNull();
        assertThat((byte[]) again.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat((byte[]) again.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(again.timestamp()).isEqualTo(NOW + 1_000);
        assertThat(RecordKind.of(again)).isEqualTo(RecordKind.MESSAGE);
        assertThat(headers(again))
                .containsExactly(
                        "tenant=acme",
                        "bytes=[0, -1]",
                        "null=null",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=7",
                        "__courier.origin.offset=1234",
                        "__courier.first.error.class=a.Outer",
                        "__courier.first.error.message=said a.Outer",
                        "__courier.retry.history=0," + NOW + ",a.Root",
                        "__courier.retry.first.failure.ms=" + NOW,
                        "__courier.retry.last.failure.ms=" + NOW,
                        "__courier.retry.max=5",
                        "__courier.retry.attempt=1",
                        "__courier.retry.due.ms=" + (NOW + 1_000));
    }

    @Test
    void goesOnFromRoundToRoundUntilItIsExhaustedAndItsHeadersDoNotGrow() {
        arrive(failed());
        int size = 0;
        for (int attempt = 1; attempt <= 4; attempt++) {
            clock.advance(1_000L << (attempt - 1));
            SourceRecord again = poll().get(0);
            assertThat(header(again, "__courier.retry.attempt")).isEqualTo(Integer.toString(attempt));
            assertThat(header(again, "__courier.origin.offset")).isEqualTo("1234");
            assertThat(header(again, "__courier.first.error.class")).isEqualTo("a.Outer");
            assertThat(attempt <= 2 || again.headers().size() == size)
                    .as("headers of attempt %s", attempt)
                    .isTrue();
            size = again.headers().size();
            arrive(copy(again, attempt).connect("sink.retry", 0, attempt, "TASK_PUT", "b.Other", "b.Other: z"));
        }
        clock.advance(16_000);
        SourceRecord last = poll().get(0);
        arrive(copy(last, 5).connect("sink.retry", 0, 5, "TASK_PUT", "b.Other", "b.Other: z"));

        SourceRecord dead = poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(dead.timestamp()).isNull();
        assertThat(RecordKind.of(dead)).isEqualTo(RecordKind.REFUSED);
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("EXHAUSTED");
        assertThat(header(dead, "__courier.retry.attempt")).isEqualTo("5");
        assertThat(header(dead, "__courier.first.error.class")).isEqualTo("a.Outer");
        assertThat(header(dead, "__courier.error.class")).isEqualTo("b.Other");
        assertThat(header(dead, "__courier.retry.history").split(";")).hasSize(6);
        assertThat(dead.headers().lastWithName("__courier.retry.due.ms")).isNull();
        assertThat(headers(dead).stream().filter(header -> header.startsWith("__connect.errors.")))
                .containsExactly(
                        "__connect.errors.topic=orders",
                        "__connect.errors.partition=7",
                        "__connect.errors.offset=1234",
                        "__connect.errors.connector.name=sink",
                        "__connect.errors.task.id=1",
                        "__connect.errors.stage=TASK_PUT",
                        "__connect.errors.class.name=org.example.Sink",
                        "__connect.errors.exception.class.name=b.Other",
                        "__connect.errors.exception.message=said b.Other",
                        "__connect.errors.exception.stacktrace=b.Other: z");
    }

    @Test
    void waitsInATierWithItsStoryAndComesOutOfItUnchanged() {
        properties.put("backoff.initial", "30s");
        source = start();
        arrive(failed());

        SourceRecord hop = poll().get(0);
        assertThat(hop.topic()).isEqualTo("retry.delay.16s");
        assertThat(RecordKind.of(hop)).isEqualTo(RecordKind.HOP);

        FailedRecord waiting = copy(hop, 0).in("retry.delay.16s");
        clock.advance(29_999);
        arrive(waiting);
        assertThat(poll()).isEmpty();
        clock.advance(1);
        SourceRecord again = poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        List<String> expected = headers(hop);
        assertThat(expected)
                .contains(
                        "__courier.error.stage=TASK_PUT",
                        "__courier.error.class=a.Outer",
                        "__courier.error.root.class=a.Root",
                        "__courier.error.message=said a.Outer",
                        "__courier.error.stacktrace=" + escaped(TRACE),
                        "__courier.error.fingerprint="
                                + Fault.traced("TASK_PUT", "a.Outer", null, TRACE)
                                        .fingerprint());
        expected.removeIf(header -> header.startsWith("__courier.hop.") || header.startsWith("__courier.error."));
        assertThat(headers(again)).isEqualTo(expected);
    }

    @Test
    void isADeadLetterWhoseRetryDidNotComeWhereTheTargetRefusesItAfterAWait() {
        properties.put("backoff.initial", "30s");
        source = start();
        arrive(failed());
        SourceRecord hop = poll().get(0);
        cluster.put("sink.retry", CompletableFuture.completedFuture(new TargetTopic.Absent()));
        arrive(copy(hop, 0).in("retry.delay.16s"));
        clock.advance(30_000);
        SourceRecord heldBack = poll().get(0);
        assertThat(heldBack.topic()).isEqualTo("retry.delay.16s");
        arrive(copy(heldBack, 1).in("retry.delay.16s"));
        clock.advance(16_000);

        SourceRecord dead = poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("TARGET_MISSING");
        assertThat(header(dead, "__courier.retry.attempt")).isEqualTo("0");
        assertThat(header(dead, "__courier.retry.history")).isEqualTo("0," + NOW + ",a.Root");
        assertThat(header(dead, "__connect.errors.exception.class.name")).isEqualTo("a.Outer");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isADeadLetterForTheClassOfItsSecondFailureWhereverTheClientPutsIt(boolean isSorted) {
        properties.put("non.retriable.errors", "a.Hopeless");
        source = start();
        arrive(FailedRecord.at(NOW).text("error_msg", "no").text("__courier.error.class", "a.Timeout"));
        clock.advance(1_000);
        FailedRecord second =
                copy(poll().get(0), 1).text("error_msg", "never").text("__courier.error.class", "a.Hopeless");
        arrive(isSorted ? second.merged().sorted() : second.merged());

        SourceRecord dead = poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("NON_RETRIABLE");
        assertThat(header(dead, "__courier.error.class")).isEqualTo("a.Hopeless");
        assertThat(header(dead, "__courier.error.message")).isEqualTo("never");
        assertThat(header(dead, "__courier.retry.history"))
                .isEqualTo("0," + NOW + ",a.Timeout;1," + (NOW + 1_000) + ",a.Hopeless");
    }

    @Test
    void isADeadLetterWhereAShareGroupFailsWhatWasTriedAgain() {
        arrive(ofShareGroup("orders"));
        clock.advance(60_000);
        assertThat(poll().get(0).topic()).isEqualTo("sink.retry");
        arrive(ofShareGroup("sink.retry").offset(43));

        SourceRecord dead = poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("EXHAUSTED");
        assertThat(header(dead, "__courier.origin.topic")).isEqualTo("sink.retry");
        assertThat(dead.headers().lastWithName("__courier.origin.timestamp")).isNull();
    }

    private static FailedRecord ofShareGroup(String topic) {
        return FailedRecord.at(NOW)
                .createTime()
                .text("__dlq.errors.topic", topic)
                .text("__dlq.errors.partition", "0")
                .text("__dlq.errors.offset", "7")
                .text("__dlq.errors.group", "share")
                .text("__dlq.errors.delivery.count", "1")
                .text("__dlq.errors.message", "Offset rejected by client.");
    }

    @ParameterizedTest
    @CsvSource({
        "VALUE_CONVERTER, a.B, DESERIALIZATION",
        "TASK_PUT, java.lang.NullPointerException, NON_RETRIABLE",
        "TRANSFORMATION, org.apache.kafka.connect.errors.DataException, NON_RETRIABLE"
    })
    void isADeadLetterAtOnceWhereAnotherAttemptMendsNothing(String stage, String errorClass, String reason) {
        arrive(FailedRecord.at(NOW).connect("orders", 7, 1234, stage, errorClass, errorClass));

        SourceRecord dead = poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo(reason);
        assertThat(header(dead, "__courier.retry.attempt")).isEqualTo("0");
    }

    @Test
    void goesBackToWhereItFirstWasIfThatIsAllowed() {
        properties.put("retry.topic", "${origin}");
        properties.put("target.topics.allow", "orders");
        source = start();
        arrive(
                failed(),
                FailedRecord.at(NOW).offset(43).connect("secrets", 0, 0, "TASK_PUT", "a.B", "a.B"),
                FailedRecord.at(NOW).offset(44).text("error_msg", "no"));
        List<String> came = new ArrayList<>();
        poll().forEach(record -> came.add(record.topic() + " " + header(record, "__courier.retry.reason")));
        clock.advance(1_000);
        poll().forEach(record -> came.add(record.topic()
                + (record.topic().equals("orders") ? "" : " " + header(record, "__courier.retry.reason"))));

        assertThat(came).containsExactly("sink.dlq NO_ORIGIN", "orders", "sink.dlq TARGET_NOT_ALLOWED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_schemas", "__x", "connect-configs", "eu-offsets", "connect-status"})
    void goesBackToAReservedTopicOnlyIfItIsListed(String origin) {
        properties.put("retry.topic", "${origin}");
        properties.put("target.topics.allow", ".*");
        properties.put("topics.allow.internal", "_listed");
        exists(origin, 1_048_588);
        exists("_listed", 1_048_588);
        source = start();
        arrive(
                FailedRecord.at(NOW).connect(origin, 0, 0, "TASK_PUT", "a.B", "a.B"),
                FailedRecord.at(NOW).offset(43).connect("_listed", 0, 0, "TASK_PUT", "a.B", "a.B"));
        poll();
        clock.advance(1_000);

        assertThat(poll().stream().map(SourceRecord::topic)).containsExactly("sink.dlq", "_listed");
    }

    @Test
    void isExpiredWhereItCouldNotGoOutInTime() {
        properties.put("expire.after", "5s");
        source = start();
        arrive(failed());
        assertThat(poll()).isEmpty();
        clock.advance(5_001);

        assertThat(header(poll().get(0), "__courier.retry.reason")).isEqualTo("EXPIRED");
    }

    @Test
    void waitsAfterAFailureNowOfAMessageOfYesterday() {
        arrive(ofYesterday(NOW));
        clock.advance(1);
        assertThat(poll()).isEmpty();
        clock.advance(998);
        assertThat(poll()).isEmpty();
        clock.advance(1);

        SourceRecord again = poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        assertThat(header(again, "__courier.retry.last.failure.ms")).isEqualTo(Long.toString(NOW));
        assertThat(header(again, "__courier.retry.due.ms")).isEqualTo(Long.toString(NOW + 1_000));
    }

    @Test
    void waitsInATierAfterAFailureNowOfAMessageOfYesterday() {
        properties.put("backoff.initial", "30s");
        properties.put("expire.after", "1m");
        source = start();
        arrive(ofYesterday(NOW));

        SourceRecord hop = poll().get(0);

        assertThat(hop.topic()).isEqualTo("retry.delay.16s");
        assertThat(header(hop, "__courier.hop.due")).isEqualTo(Long.toString(NOW + 30_000));
        clock.advance(29_999);
        arrive(copy(hop, 0).in("retry.delay.16s"));
        assertThat(poll()).isEmpty();
        clock.advance(1);
        assertThat(poll().get(0).topic()).isEqualTo("sink.retry");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, DAY, 200 * DAY})
    void goesAtOnceWhereTheBackOffOfALateFailureIsOver(long agoMs) {
        arrive(FailedRecord.at(NOW - agoMs - DAY)
                .createTime()
                .text("__courier.retry.last.failure.ms", Long.toString(NOW - agoMs - 1_000)));

        SourceRecord again = poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        assertThat(header(again, "__courier.retry.last.failure.ms")).isEqualTo(Long.toString(NOW - agoMs - 1_000));
    }

    /** An hour is the longest wait: twice as much may be left when it is read. */
    @ParameterizedTest
    @CsvSource({"7199000, HOP", "7199001, REFUSED", "31536000000, REFUSED", "72453300799999, REFUSED"})
    void isADeadLetterWhereItSaysThatItFailsFarInTheFuture(long aheadMs, RecordKind kind) {
        exists("retry.delay.4096s", 1_048_588);
        arrive(FailedRecord.at(NOW)
                .createTime()
                .text("__courier.retry.last.failure.ms", Long.toString(Math.min(NOW + aheadMs, 253_402_300_799_999L))));

        SourceRecord sent = poll().get(0);

        assertThat(RecordKind.of(sent)).isEqualTo(kind);
        if (kind == RecordKind.REFUSED) {
            assertThat(sent.topic()).isEqualTo("sink.dlq");
            assertThat(header(sent, "__courier.retry.reason")).isEqualTo("DELAY_TOO_LONG");
        }
    }

    private static FailedRecord ofYesterday(long failureMs) {
        return FailedRecord.at(NOW - DAY)
                .createTime()
                .text("error_msg", "no")
                .text("__courier.retry.last.failure.ms", Long.toString(failureMs));
    }

    @Test
    void shedsItsHistoryWhereItIsTooLargeAndSaysSo() {
        exists("sink.retry", 1_100);
        arrive(withLongStory());
        clock.advance(1_000);

        SourceRecord again = poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        assertThat(header(again, "__courier.retry.shed")).isEqualTo("stacktrace,history");
        assertThat(again.headers().lastWithName("__courier.retry.history")).isNull();
        assertThat(header(again, "__courier.first.error.class")).isEqualTo("a.Outer");
    }

    @ParameterizedTest
    @CsvSource({"2000, stacktrace", "1150, 'stacktrace,history'"})
    void shedsItsStackTraceAndThenItsHistoryWhereATierDoesNotTakeItAndSaysSo(int maxMessageBytes, String shed) {
        properties.put("backoff.initial", "30s");
        source = start();
        exists("retry.delay.16s", maxMessageBytes);
        arrive(withLongStory());

        SourceRecord hop = poll().get(0);

        assertThat(hop.topic()).isEqualTo("retry.delay.16s");
        assertThat(header(hop, "__courier.retry.shed")).isEqualTo(shed);
        assertThat(hop.headers().lastWithName("__courier.error.stacktrace")).isNull();
        assertThat(hop.headers().lastWithName("__courier.retry.history") == null)
                .isEqualTo(shed.endsWith("history"));
        assertThat(header(hop, "__courier.error.class")).isEqualTo("a.Outer");
    }

    private static FailedRecord withLongStory() {
        return FailedRecord.at(NOW)
                .text("__courier.origin.topic", "orders")
                .text(
                        "__courier.retry.history",
                        ("0,1," + "a".repeat(100) + ";").repeat(7).replaceAll(";$", ""))
                .text("__courier.retry.attempt", "0")
                .connect("orders", 7, 1234, "TASK_PUT", "a.Outer", "a.Outer: " + "x".repeat(3_000));
    }

    @Test
    void isADeadLetterWhereItIsTooLargeAllTheSameAndLosesItsValueAtTheVeryLast() {
        exists("sink.retry", 1_000);
        exists("sink.dlq", 2_000);
        arrive(failed().value(new byte[2_000]));
        clock.advance(1_000);

        SourceRecord dead = poll().get(0);

        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("TOO_LARGE");
        assertThat(header(dead, "__courier.retry.shed")).isEqualTo("stacktrace,history,value");
        assertThat(dead.value()).isNull();
        assertThat(header(dead, "__courier.origin.offset")).isEqualTo("1234");
    }

    @Test
    void pointsToItsOriginWhereItsOwnHeadersAreTooLargeForTheDeadLetterTopic() {
        exists("sink.retry", 1_000);
        exists("sink.dlq", 1_000);
        arrive(failed().text("own", "x".repeat(1_000)));
        clock.advance(1_000);

        assertThat(headers(poll().get(0)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=7",
                        "__courier.origin.offset=1234",
                        "__courier.retry.attempt=0",
                        "__courier.retry.reason=TOO_LARGE",
                        "__courier.retry.shed=value,headers");
    }

    @Test
    void capsMessageAndStackTraceAtACharacter() {
        properties.put("error.message.max.bytes", "8");
        properties.put("error.stacktrace.max.bytes", "5");
        properties.put("backoff.initial", "30s");
        source = start();
        arrive(FailedRecord.at(NOW)
                .text("__connect.errors.topic", "orders")
                .text("__connect.errors.exception.message", "\u00fc\u00fc\u00fcb\u00fc")
                .text("__connect.errors.exception.stacktrace", "\u20ac\u20ac"));

        SourceRecord hop = poll().get(0);

        assertThat(header(hop, "__courier.error.message")).isEqualTo("\u00fc\u00fc\u00fcb");
        assertThat(header(hop, "__courier.error.stacktrace")).isEqualTo("\u20ac");
        clock.advance(30_000);
        arrive(copy(hop, 0).in("retry.delay.16s"));
        assertThat(header(poll().get(0), "__courier.first.error.message")).isEqualTo("\u00fc\u00fc\u00fcb");
    }

    @Test
    void tellsOfRetriesAndDeadLettersInTheirTransactions() {
        properties.put("trace.topic", "message-trace");
        exists("message-trace", 1_048_588);
        source = start();
        arrive(failed(), FailedRecord.at(NOW).offset(43).connect("orders", 7, 1235, "VALUE_CONVERTER", "a.B", "a.B"));

        List<SourceRecord> first = poll();
        clock.advance(1_000);
        List<SourceRecord> second = poll();

        assertThat(events(first))
                .anySatisfy(event -> assertThat(event)
                        .contains(
                                "\"event\":\"dead_letter\"",
                                "\"attempt\":0",
                                "\"error_type\":\"a.B\"",
                                "\"status\":\"error\""));
        assertThat(events(second))
                .anySatisfy(event ->
                        assertThat(event).contains("\"event\":\"retry\"", "\"attempt\":1", "\"topic\":\"sink.retry\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"capped", "none"})
    void leavesTheErrorMessageOutOfEventsOnRequest(String form) {
        properties.put("trace.topic", "message-trace");
        properties.put("error.message", form);
        exists("message-trace", 1_048_588);
        source = start();
        arrive(FailedRecord.at(NOW)
                .connect("orders", 7, 1235, "VALUE_CONVERTER", "a.B", "a.B")
                .text("__connect.errors.exception.message", "For input string: 4111"));

        List<SourceRecord> sent = poll();

        assertThat(events(sent)).singleElement().satisfies(event -> {
            assertThat(event).contains("\"event\":\"dead_letter\"", "\"error_type\":\"a.B\"");
            assertThat(event.contains("For input string")).isEqualTo(form.equals("capped"));
        });
        assertThat(header(sent.get(0), "__courier.error.message")).isEqualTo("For input string: 4111");
    }

    private static FailedRecord failed() {
        return FailedRecord.at(NOW).connect("orders", 7, 1234, "TASK_PUT", "a.Outer", TRACE);
    }

    /** What was sent, as somebody reads it and passes it on, with its headers as they are. */
    private FailedRecord copy(SourceRecord sent, long offset) {
        FailedRecord copy = FailedRecord.at(clock.millis()).offset(offset == 0 ? 0 : 42 + offset);
        sent.headers().forEach(header -> copy.text(header.key(), text((byte[]) header.value())));
        return copy;
    }

    private static List<String> events(List<SourceRecord> records) {
        return records.stream()
                .filter(record -> record.topic().equals("message-trace"))
                .map(record -> new String((byte[]) record.value(), UTF_8))
                .toList();
    }

    private static List<String> headers(SourceRecord record) {
        List<String> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            byte[] value = (byte[]) header.value();
            String text = value == null ? "null" : text(value);
            boolean isText = text.chars().allMatch(c -> Character.isWhitespace(c) || (c >= ' ' && c < 0x7F));
            headers.add(header.key() + "=" + (isText ? escaped(text) : Arrays.toString(value)));
        }
        return headers;
    }

    private static String escaped(String text) {
        return text.replace("\n", "\\n").replace("\t", "\\t");
    }

    private static String header(SourceRecord record, String name) {
        return text((byte[]) Objects.requireNonNull(record.headers().lastWithName(name), name)
                .value());
    }

    private static String text(byte[] value) {
        return new String(value, UTF_8);
    }

    private void exists(String topic, int maxMessageBytes) {
        cluster.put(
                topic,
                CompletableFuture.completedFuture(
                        new TargetTopic.Present(maxMessageBytes, false, Long.MAX_VALUE, 3_600_000)));
    }

    private void arrive(FailedRecord... records) {
        for (FailedRecord record : records) {
            consumer.addRecord(record.record());
        }
    }

    private List<SourceRecord> poll() {
        List<SourceRecord> batch = source.poll();
        return batch == null ? List.of() : batch;
    }

    private ScheduledSource start() {
        MockConsumer<byte[], byte[]> fresh = new MockConsumer<>("none");
        Behaviour config = RetrySourceConnector.type(properties).read().apply(properties);
        Assignment assignment = Assignment.deal(
                        List.of(new InputTopic("sink.errors", "id", 4), new InputTopic("retry.delay.16s", "id", 4)),
                        config.config().tierNames()::isTier,
                        1)
                .get(0);
        Map<TopicPartition, Long> firsts = new HashMap<>();
        assignment.partitions().forEach(partition -> firsts.put(partition, partition.equals(ERRORS) ? 42L : 0L));
        fresh.updateBeginningOffsets(firsts);
        fresh.updateEndOffsets(firsts);
        ScheduledSource starting = ScheduledSource.of(
                config,
                assignment,
                fresh,
                topic -> cluster.getOrDefault(topic, CompletableFuture.completedFuture(new TargetTopic.Absent())),
                clock);
        starting.start(assignment, config::policies, new StoredOffsets(Map.of()));
        consumer = fresh;
        return starting;
    }
}
