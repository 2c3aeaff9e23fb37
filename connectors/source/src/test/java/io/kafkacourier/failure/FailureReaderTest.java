/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which other programs write failures, byte for byte, and the results of reading them. */
class FailureReaderTest {

    private static final long DAY = 86_400_000;

    private static final String TRACE = """
            org.apache.kafka.connect.errors.ConnectException: outermost
            \tat org.example.Sink.put(Sink.java:17)
            Caused by: java.io.IOException: middle: of three
            \tat org.example.Client.send(Client.java:3)
            Caused by: java.net.ConnectException: refused
            \t... 9 more""";

    private final FailureReader reader = new FailureReader(FailureReading.SECOND, DAY);

    @Test
    void readsHeadersOfConnectsReporter() {
        Failure failure = reader.read(FailedRecord.at(5_000)
                .connect("orders", 7, 1234, "TASK_PUT", "org.apache.kafka.connect.errors.ConnectException", TRACE)
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 7, 1234, Origin.UNKNOWN));
        assertThat(failure.isOriginKnown()).isTrue();
        assertThat(failure.retries()).isZero();
        assertThat(failure.failureMs()).isEqualTo(5_000);
        assertThat(failure.firstFailureMs()).isEqualTo(5_000);
        assertThat(failure.fault())
                .isEqualTo(new Fault(
                        "TASK_PUT",
                        "org.apache.kafka.connect.errors.ConnectException",
                        "java.net.ConnectException",
                        "said org.apache.kafka.connect.errors.ConnectException",
                        TRACE));
        assertThat(failure.firstClass()).isEqualTo("org.apache.kafka.connect.errors.ConnectException");
        assertThat(failure.history().text()).isEqualTo("0,5000,java.net.ConnectException");
    }

    @Test
    void takesTheFirstOfConnectsAppendedHeadersForTheOriginAndTheLastForTheError() {
        Failure failure = reader.read(FailedRecord.at(5_000)
                .connect("orders", 7, 1234, "VALUE_CONVERTER", "a.First", "a.First: x")
                .connect("elsewhere", 0, 1, "TASK_PUT", "b.Last", "b.Last: y")
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 7, 1234, Origin.UNKNOWN));
        assertThat(failure.fault().stage()).isEqualTo("TASK_PUT");
        assertThat(failure.fault().className()).isEqualTo("b.Last");
    }

    @Test
    void takesTheRecordsTimestampForTheOriginsIfItsTopicKeepsIt() {
        Failure failure = reader.read(FailedRecord.at(5_000)
                .createTime()
                .connect("orders", 7, 1234, "TASK_PUT", "a.B", "a.B")
                .record());

        assertThat(failure.origin().timestampMs()).isEqualTo(5_000);
    }

    @Test
    void readsAnExceptionWithoutMessage() {
        Failure failure = reader.read(FailedRecord.at(1)
                .text("__connect.errors.topic", "orders")
                .text("__connect.errors.exception.class.name", "java.lang.NullPointerException")
                .text("__connect.errors.exception.message", null)
                .record());

        assertThat(failure.fault().className()).isEqualTo("java.lang.NullPointerException");
        assertThat(failure.fault().message()).isNull();
    }

    @Test
    void readsHeadersOfSpringsRecoverer() {
        Failure failure = reader.read(FailedRecord.at(9_000)
                .text("kafka_dlt-original-topic", "orders")
                .hex("kafka_dlt-original-partition", "00000007")
                .hex("kafka_dlt-original-offset", "00000000000004d2")
                .hex("kafka_dlt-original-timestamp", "0000018f00000000")
                .text("kafka_dlt-original-timestamp-type", "CreateTime")
                .text("kafka_dlt-original-consumer-group", "billing")
                .text("kafka_dlt-exception-fqcn", "org.springframework.kafka.listener.ListenerExecutionFailedException")
                .text("kafka_dlt-exception-cause-fqcn", "java.lang.IllegalStateException")
                .text("kafka_dlt-exception-message", "Listener failed")
                .text("kafka_dlt-exception-stacktrace", TRACE)
                // appended by a second recoverer
                .text("kafka_dlt-original-topic", "orders.retry")
                .hex("kafka_dlt-original-partition", "00000000")
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 7, 1234, 0x018F00000000L));
        assertThat(failure.retries()).isZero();
        assertThat(failure.fault().className())
                .isEqualTo("org.springframework.kafka.listener.ListenerExecutionFailedException");
        assertThat(failure.fault().rootClassName()).isEqualTo("java.lang.IllegalStateException");
        assertThat(failure.fault().message()).isEqualTo("Listener failed");
    }

    @ParameterizedTest
    @CsvSource({"00000006, 4", "06, 4", "00000003, 1", "03, 1", "02, 0", "01, 0", "00000001, 0", "00, 0", "ff, 0"})
    void countsTheAttemptsOfSpringsRetryableTopicInEitherWidth(String attempts, int retries) {
        Failure failure = reader.read(FailedRecord.at(9_000)
                .text("kafka_original-topic", "orders")
                .hex("kafka_original-partition", "00000002")
                .hex("kafka_original-offset", "0000000000000009")
                .text("kafka_exception-fqcn", "a.Outer")
                .text("kafka_exception-cause-fqcn", "a.Cause")
                .text("kafka_exception-message", "no")
                .hex("retry_topic-attempts", attempts)
                .hex("retry_topic-original-timestamp", "018f00000000")
                .hex("retry_topic-backoff-timestamp", "018f000003e8")
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 2, 9, 0x018F00000000L));
        assertThat(failure.retries()).isEqualTo(retries);
        assertThat(failure.fault()).isEqualTo(new Fault(null, "a.Outer", "a.Cause", "no", null));
    }

    @Test
    void readsHeadersOfKafkaStreams() {
        Failure failure = reader.read(FailedRecord.at(9_000)
                .text("__streams.errors.exception", "java.lang.IllegalStateException: no store")
                .text("__streams.errors.message", "no store")
                .text("__streams.errors.stacktrace", "java.lang.IllegalStateException: no store\n\tat a.B.c(B.java:1)")
                .text("__streams.errors.topic", "orders")
                .text("__streams.errors.partition", "7")
                .text("__streams.errors.offset", "1234")
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 7, 1234, Origin.UNKNOWN));
        assertThat(failure.fault().className()).isEqualTo("java.lang.IllegalStateException");
        assertThat(failure.fault().rootClassName()).isNull();
        assertThat(failure.fault().message()).isEqualTo("no store");
    }

    @Test
    void readsHeadersOfShareGroups() {
        Failure failure = reader.read(FailedRecord.at(9_000)
                .text("__dlq.errors.topic", "orders")
                .text("__dlq.errors.partition", "7")
                .text("__dlq.errors.offset", "1234")
                .text("__dlq.errors.group", "share")
                .text("__dlq.errors.delivery.count", "4")
                .text("__dlq.errors.message", "rejected by the client")
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 7, 1234, Origin.UNKNOWN));
        assertThat(failure.retries()).isEqualTo(4);
        assertThat(failure.fault()).isEqualTo(new Fault(null, null, null, "rejected by the client", null));
    }

    @Test
    void readsHeadersThatBridgesFromPulsarPassOn() {
        Failure failure = reader.read(FailedRecord.at(9_000)
                .text("RECONSUMETIMES", "2")
                .text("REAL_TOPIC", "persistent://public/default/orders-partition-3")
                .text("ORIGIN_MESSAGE_ID", "12:34:3")
                .text("EXCEPTION_TYPE", "a.B")
                .text("EXCEPTION_MESSAGE", "no")
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 3, Origin.UNKNOWN, Origin.UNKNOWN));
        assertThat(failure.retries()).isEqualTo(2);
        assertThat(failure.fault()).isEqualTo(new Fault(null, "a.B", null, "no", null));
    }

    @ParameterizedTest
    @CsvSource({
        "persistent://public/default/orders, orders, -1",
        "orders-partition-12, orders, 12",
        "orders-partition-x, orders-partition-x, -1"
    })
    void readsTheTopicsOfPulsar(String realTopic, String topic, int partition) {
        Failure failure =
                reader.read(FailedRecord.at(9_000).text("REAL_TOPIC", realTopic).record());

        assertThat(failure.origin()).isEqualTo(new Origin(topic, partition, Origin.UNKNOWN, Origin.UNKNOWN));
    }

    @Test
    void isNotKeptBusyByHeadersThatAreMadeForThat() {
        Failure failure = reader.read(FailedRecord.at(9_000)
                .text("REAL_TOPIC", "/".repeat(1_000_000) + "\nx")
                .connect("orders", 0, 1, "TASK_PUT", "a.B", "a.B: x\nCaused by: " + "a.".repeat(500_000) + "a")
                .record());

        assertThat(failure.origin().topic()).isEqualTo("orders");
        assertThat(failure.fault().rootClassName()).isNull();
    }

    @Test
    void readsAnErrorThatQuotesUnreadableData() {
        Failure failure = reader.read(FailedRecord.at(9_000)
                .connect("orders", 0, 1, "TASK_PUT", "a.B", "a.B: x\nCaused by: c.D: For input string: \"\uFFFD\"")
                .record());

        assertThat(failure.fault().rootClassName()).isEqualTo("c.D");
    }

    @Test
    void takesAFailureTimeThatIsStillToComeForNone() {
        String tomorrow = "96400000";

        assertThat(reader.read(FailedRecord.at(10_000_000)
                                .text("__courier.retry.last.failure.ms", tomorrow)
                                .record())
                        .failureMs())
                .isEqualTo(10_000_000);
        assertThat(reader.read(FailedRecord.at(10_000_000)
                                .createTime()
                                .text("__courier.retry.last.failure.ms", tomorrow)
                                .record())
                        .failureMs())
                .isEqualTo(96_400_000);
        assertThat(reader.read(FailedRecord.at(10_000_000)
                                .createTime()
                                .text("__courier.retry.last.failure.ms", "1700000000000000")
                                .record())
                        .failureMs())
                .isEqualTo(10_000_000);
    }

    @Test
    void takesABareMessageForAnErrorInTheCurrentTopic() {
        Failure failure = reader.read(
                FailedRecord.at(9_000).text("error_msg", "out of stock").record());

        assertThat(failure.origin()).isEqualTo(new Origin("sink.errors", 3, 42, 9_000));
        assertThat(failure.isOriginKnown()).isFalse();
        assertThat(failure.retries()).isZero();
        assertThat(failure.fault()).isEqualTo(new Fault(null, null, null, "out of stock", null));
        assertThat(failure.firstMessage()).isEqualTo("out of stock");
    }

    @Test
    void takesARecordWithoutAnyWordForAFailureToo() {
        Failure failure = reader.read(FailedRecord.at(9_000).record());

        assertThat(failure.origin()).isEqualTo(new Origin("sink.errors", 3, 42, 9_000));
        assertThat(failure.fault().isUntold()).isTrue();
    }

    @Test
    void continuesItsOwnHistoryAndTakesHeadersBehindItForTheNewFailure() {
        Failure failure = reader.read(again(2, 8_000, 9_000)
                .connect("sink.retry", 0, 5, "TASK_PUT", "c.New", "c.New: x")
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 7, 1234, 50));
        assertThat(failure.retries()).isEqualTo(2);
        assertThat(failure.failureMs()).isEqualTo(10_000);
        assertThat(failure.firstFailureMs()).isEqualTo(6_000);
        assertThat(failure.fault().className()).isEqualTo("c.New");
        assertThat(failure.firstClass()).isEqualTo("a.First");
        assertThat(failure.firstMessage()).isEqualTo("first");
        assertThat(failure.history().text()).isEqualTo("0,6000,a.First;1,8000,b.Old;2,10000,c.New");
    }

    @Test
    void takesNoErrorOfAnEarlierRoundForANewOne() {
        assertThat(reader.read(again(1, 8_000, 9_000).record()).fault().isUntold())
                .isTrue();
        assertThat(reader.read(earlier(1, 8_000, 9_000).record()).fault().isUntold())
                .isTrue();
        assertThat(reader.read(earlier(1, 8_000, 9_000).sorted().record())
                        .fault()
                        .isUntold())
                .isTrue();
    }

    @Test
    void takesTheClassThatAnApplicationWritesBesideItsMessage() {
        Failure failure = reader.read(again(1, 8_000, 9_000)
                .text("__courier.error.class", "c.New")
                .text("error_msg", "new")
                .record());

        assertThat(failure.fault()).isEqualTo(new Fault(null, "c.New", null, "new", null));
    }

    /** How clients change the headers of a retry, and add to them. */
    @ParameterizedTest
    @EnumSource
    void countsTheClassThatAClientWritesWhereverItPutsIt(Client client) {
        Failure failure =
                reader.read(client.fails(again(2, 8_000, 9_000), "c.New", "new").record());

        assertThat(failure.fault()).isEqualTo(new Fault(null, "c.New", null, "new", null));
        assertThat(failure.history().text()).endsWith(";2,10000,c.New");
        assertThat(failure.firstClass()).isEqualTo("a.First");
        assertThat(failure.retries()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void countsTheClassOfAFailureThatIsAsTheOneBefore(Client client) {
        Failure failure = reader.read(
                client.fails(again(2, 8_000, 9_000), "b.Old", "again").record());

        assertThat(failure.fault()).isEqualTo(new Fault(null, "b.Old", null, "again", null));
        assertThat(failure.history().text()).endsWith(";1,8000,b.Old;2,10000,b.Old");
    }

    @ParameterizedTest
    @EnumSource
    void takesNoClassOfAnEarlierRoundForThatOfAClientThatWritesNone(Client client) {
        for (FailedRecord retry : List.of(again(2, 8_000, 9_000), earlier(2, 8_000, 9_000))) {
            Failure failure = reader.read(client.fails(retry, null, "new").record());

            assertThat(failure.fault()).isEqualTo(new Fault(null, null, null, "new", null));
            assertThat(failure.history().text()).endsWith(";2,10000,");
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsAnotherClassOnARecordOfAnEarlierVersion(Client client) {
        Failure failure = reader.read(
                client.fails(earlier(2, 8_000, 9_000), "c.New", "new").record());

        assertThat(failure.fault().className()).isEqualTo("c.New");
        assertThat(failure.fault().message()).isEqualTo("new");
        assertThat(failure.history().text()).endsWith(";2,10000,c.New");
    }

    @ParameterizedTest
    @EnumSource
    void countsAnotherClassIfAnEarlierVersionLeftOutTheHistory(Client client) {
        FailedRecord retry = earlier(2, 8_000, 9_000).without("__courier.retry.history");

        assertThat(reader.read(client.fails(retry, "c.New", "new").record())
                        .fault()
                        .className())
                .isEqualTo("c.New");
    }

    @Test
    void readsEveryPartOfAnErrorThatStandsInFrontOfOurs() {
        Failure failure = reader.read(again(1, 8_000, 9_000)
                .text("__courier.error.class", "c.New")
                .text("__courier.error.message", "new")
                .text("__courier.error.root.class", "c.Root")
                .text("__courier.error.stage", "TASK_PUT")
                .text("__courier.error.stacktrace", TRACE)
                .sorted()
                .record());

        assertThat(failure.fault()).isEqualTo(new Fault("TASK_PUT", "c.New", "c.Root", "new", TRACE));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 5_000, DAY, DAY + 1, 9_000_000_000_000L})
    void countsAFailureTimeHoweverFarItIsBehindTheTimestamp(long aheadMs) {
        Failure failure = reader.read(FailedRecord.at(1_000)
                .createTime()
                .text("__courier.retry.last.failure.ms", Long.toString(1_000 + aheadMs))
                .record());

        assertThat(failure.failureMs()).isEqualTo(1_000 + aheadMs);
        assertThat(failure.firstFailureMs()).isEqualTo(1_000 + aheadMs);
    }

    @ParameterizedTest
    @CsvSource({"0, 1000", "5000, 6000", "86400000, 86401000", "86400001, 86401000", "9000000000000, 86401000"})
    void boundsTheFailureTimeOfALetterOfSomebodyElseByTheRecordsOwn(long aheadMs, long failureMs) {
        Failure failure = reader.readForeign(FailedRecord.at(1_000)
                .createTime()
                .text("__courier.retry.last.failure.ms", Long.toString(1_000 + aheadMs))
                .record());

        assertThat(failure.failureMs()).isEqualTo(failureMs);
        assertThat(failure.firstFailureMs()).isEqualTo(failureMs);
    }

    @Test
    void boundsTheFailureTimeOfADeadLetterThatIsRedriven() {
        Failure failure = reader.readDead(FailedRecord.at(1_000)
                .createTime()
                .text("__courier.retry.last.failure.ms", Long.toString(Long.MAX_VALUE))
                .text("__courier.retry.attempt", Long.toString(Long.MAX_VALUE))
                .record());

        assertThat(failure.failureMs()).isEqualTo(1_000 + DAY);
        assertThat(failure.retries()).isEqualTo(Integer.MAX_VALUE - 1);
    }

    @Test
    void doesNotTakeAFirstFailureForALaterOneThanTheLast() {
        Failure failure = reader.read(FailedRecord.at(1_000)
                .text("__courier.retry.first.failure.ms", "9000000000000")
                .record());

        assertThat(failure.firstFailureMs()).isEqualTo(1_000);
    }

    @Test
    void knowsNoTimestampOfAMessageOfAShareGroup() {
        Failure failure = reader.read(FailedRecord.at(9_000)
                .createTime()
                .text("__dlq.errors.topic", "orders")
                .text("__dlq.errors.partition", "7")
                .text("__dlq.errors.offset", "1234")
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", 7, 1234, Origin.UNKNOWN));
        assertThat(failure.failureMs()).isEqualTo(9_000);
    }

    @Test
    void knowsWhoseRecordsCannotCarryItsCount() {
        assertThat(reader.read(FailedRecord.at(1).text("error_msg", "no").record())
                        .story())
                .isEqualTo(Story.NONE);
        assertThat(reader.read(again(1, 8_000, 9_000).record()).story()).isEqualTo(Story.KEPT);
        assertThat(reader.read(FailedRecord.at(1)
                                .text("__dlq.errors.topic", "orders")
                                .record())
                        .story())
                .isEqualTo(Story.DROPPED);
    }

    @ParameterizedTest
    @CsvSource({"8999, 10000", "9000, 9000", "9500, 9500", "x, 10000", "-1, 10000"})
    void countsAFailureTimeThatIsNotBeforeTheRetryWasDue(String lastFailure, long failureMs) {
        Failure failure = reader.read(FailedRecord.at(10_000)
                .text("__courier.retry.last.failure.ms", lastFailure)
                .text("__courier.retry.due.ms", "9000")
                .record());

        assertThat(failure.failureMs()).isEqualTo(failureMs);
    }

    @Test
    void knowsWhoAsksForNoFurtherAttempt() {
        assertThat(reader.read(FailedRecord.at(1)
                                .text("__courier.retry.reason", "MANUAL")
                                .record())
                        .isGivenUp())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-5", "99999999999999999999", "", " "})
    void readsNumbersThatAreNoneAsUnknown(String number) {
        Failure failure = reader.read(FailedRecord.at(1)
                .text("__connect.errors.topic", "orders")
                .text("__connect.errors.partition", number)
                .text("__connect.errors.offset", number)
                .text("__courier.retry.attempt", number)
                .text("__courier.retry.redrive", number)
                .record());

        assertThat(failure.origin()).isEqualTo(new Origin("orders", Origin.UNKNOWN, Origin.UNKNOWN, Origin.UNKNOWN));
        assertThat(failure.retries()).isZero();
        assertThat(failure.redrives()).isZero();
    }

    @Test
    void readsARecordThatWaitsAsItWasBeforeTheRetryToCome() {
        Failure failure = reader.readWaiting(earlier(2, 8_000, 9_000).record());

        assertThat(failure.retries()).isEqualTo(1);
        assertThat(failure.failureMs()).isEqualTo(8_000);
        assertThat(failure.fault().className()).isEqualTo("b.Old");
        assertThat(failure.history().text()).isEqualTo("0,6000,a.First;1,8000,b.Old");
    }

    @Test
    void readsTheSameFromTheSameRecord() {
        FailedRecord record = again(2, 8_000, 9_000).connect("x", 0, 5, "TASK_PUT", "c.New", TRACE);

        assertThat(reader.read(record.record()).fault())
                .isEqualTo(reader.read(record.record()).fault());
    }

    /** A record as the connector writes it when it is tried again. */
    private static FailedRecord again(int attempt, long lastFailureMs, long dueMs) {
        return again(FailedRecord.at(10_000), attempt, lastFailureMs, dueMs);
    }

    /** A record as it waits in a tier, and as an earlier version wrote it to the retry topic: with the last error. */
    private static FailedRecord earlier(int attempt, long lastFailureMs, long dueMs) {
        FailedRecord record = FailedRecord.at(10_000)
                .text("__courier.error.class", "b.Old")
                .text("__courier.error.message", "old")
                .text("__courier.error.fingerprint", new Fault(null, "b.Old", null, "old", null).fingerprint());
        return again(record, attempt, lastFailureMs, dueMs);
    }

    private static FailedRecord again(FailedRecord record, int attempt, long lastFailureMs, long dueMs) {
        return record.text("__courier.origin.topic", "orders")
                .text("__courier.origin.partition", "7")
                .text("__courier.origin.offset", "1234")
                .text("__courier.origin.timestamp", "50")
                .text("__courier.first.error.class", "a.First")
                .text("__courier.first.error.message", "first")
                .text("__courier.retry.history", "0,6000,a.First;1,8000,b.Old")
                .text("__courier.retry.first.failure.ms", "6000")
                .text("__courier.retry.last.failure.ms", Long.toString(lastFailureMs))
                .text("__courier.retry.max", "5")
                .text("__courier.retry.attempt", Integer.toString(attempt))
                .text("__courier.retry.due.ms", Long.toString(dueMs));
    }

    /** The ways in which clients add headers to a record that they pass on. */
    private enum Client {
        /** Like Java and Go: appends. */
        APPENDS,
        /** Like kafkajs, a Python dict, a PHP array and a Ruby hash: an existing name keeps its place. */
        KEEPS_PLACES,
        /** Like a client that writes its own headers first. */
        PREPENDS,
        /** Like a client that sorts headers by name. */
        SORTS;

        FailedRecord fails(FailedRecord record, @Nullable String errorClass, String message) {
            FailedRecord failed = this == PREPENDS ? FailedRecord.at(10_000) : record;
            failed.text("error_msg", message);
            if (errorClass != null) {
                failed.text("__courier.error.class", errorClass);
            }
            return switch (this) {
                case APPENDS -> failed;
                case KEEPS_PLACES -> failed.merged();
                case PREPENDS -> failed.andOthersOf(record);
                case SORTS -> failed.merged().sorted();
            };
        }
    }
}
