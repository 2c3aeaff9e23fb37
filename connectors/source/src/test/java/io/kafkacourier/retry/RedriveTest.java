/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import io.kafkacourier.PublishedMetrics;
import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceKind;
import io.kafkacourier.source.intake.InputReader;
import io.kafkacourier.source.intake.MissingRecords;
import io.kafkacourier.source.intake.OnMissing;
import io.kafkacourier.source.metrics.SourceMetric;
import io.kafkacourier.source.targets.BatchWatch;
import io.kafkacourier.source.targets.TargetRules;
import io.kafkacourier.source.targets.TrialHistory;
import io.kafkacourier.source.targets.Trials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dead letters of {@code sink.dlq-3} on their way back, on a cluster and a clock that do as they are told. */
class RedriveTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final TopicPartition LETTERS = new TopicPartition("sink.dlq", 3);

    private static final TargetTopic BLOCKED = TargetTopic.Present.WITH_DEFAULTS.with(1, Map.of(0, Obstacle.NO_LEADER));

    private final MutableClock clock = new MutableClock(NOW);
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "again",
            "bootstrap.servers", "localhost:9092",
            "mode", "redrive",
            "topics", "sink.dlq",
            "retry.topic", "sink.retry",
            "redrive.rate", "0"));
    private final Map<String, TargetTopic> cluster = new HashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    private final Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
    private final TrialHistory.OfConnectors known = new TrialHistory.OfConnectors();
    private final List<Set<String>> asked = new ArrayList<>();
    private final PublishedMetrics published = new PublishedMetrics();
    private final List<Redrive> started = new ArrayList<>();

    RedriveTest() {
        exists("sink.retry", 1_048_588);
        exists("again.redrive", 1_048_588);
    }

    @AfterEach
    void close() {
        started.forEach(Redrive::close);
        assertThat(published.keys()).as("metrics that are left").isEmpty();
    }

    @Test
    void sendsEveryLetterBackUpToWhereItBeganAndEndsByItself() {
        letters(3);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        Redrive redrive = start(consumer);

        assertThat(topics(poll(redrive))).containsExactly("again.redrive");
        consumer.addRecord(dead(3).record());
        List<SourceRecord> sent = pollUntilIdle(redrive);

        assertThat(topics(sent)).containsExactly("sink.retry", "sink.retry", "sink.retry", "again.redrive");
        assertThat(text(sent.get(3))).contains("\"event\":\"end\"", "\"redriven\":3", "\"remaining\":0");
        assertThat(RecordKind.of(sent.get(0))).isEqualTo(RecordKind.MESSAGE);
        assertThat(RecordKind.of(sent.get(3))).isEqualTo(RecordKind.EVENT);
        assertThat(published.names())
                .isEqualTo(SourceMetric.Of.REDRIVE.metrics().stream()
                        .map(metric -> metric.metric().name())
                        .collect(Collectors.toSet()));
        assertThat(published.value("redriven-total")).isEqualTo(3);
        assertThat(published.value("done")).isEqualTo(1);
    }

    @Test
    void keepsTheStoryAndGrantsFurtherAttempts() {
        letters.add(dead(0).record());

        SourceRecord sent = pollUntilIdle(start()).get(1);

        assertThat(header(sent, "__courier.retry.attempt")).isEqualTo("5");
        assertThat(header(sent, "__courier.retry.max")).isEqualTo("10");
        assertThat(header(sent, "__courier.retry.redrive")).isEqualTo("1");
        assertThat(header(sent, "__courier.retry.due.ms")).isEqualTo(Long.toString(NOW));
        assertThat(header(sent, "__courier.origin.offset")).isEqualTo("0");
        assertThat(header(sent, "__courier.first.error.class")).isEqualTo("a.First");
        assertThat(header(sent, "tenant")).isEqualTo("t0");
        assertThat(sent.headers().lastWithName("__courier.retry.reason")).isNull();
        assertThat(sent.headers()).noneMatch(header -> header.key().startsWith("__courier.error."));
        assertThat(sent.headers()).noneMatch(header -> header.key().startsWith("__connect.errors."));
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 8", "3, 20, 20", "0, 5, 5", "7, 8, 12", "2147483646, 5, 2147483646", "99999999999, 5, 2147483646"
    })
    void saysInTheHeaderHowManyRetriesThereMayBeInAll(long retries, int before, int granted) {
        letters.add(dead(0).text("__courier.retry.attempt", Long.toString(retries))
                .text("__courier.retry.max", Integer.toString(before))
                .record());

        SourceRecord sent = pollUntilIdle(start()).get(1);

        assertThat(header(sent, "__courier.retry.max")).isEqualTo(Integer.toString(granted));
        FailedRecord failed = FailedRecord.at(NOW);
        sent.headers().forEach(header -> failed.text(header.key(), new String((byte[]) header.value(), UTF_8)));
        properties.putAll(Map.of("mode", "retry", "dead.letter.topic", "sink.dlq", "max.attempts", "3"));
        RetrySettings retrying = retry().settings();
        assertThat(new RetryRules(retrying).mostRetries(retrying.failures().read(failed.record())))
                .isEqualTo(granted);
    }

    @Test
    void dueTimeOfALetterIsBoundedWhateverItsHeadersSay() {
        letters.add(dead(0).text("__courier.retry.last.failure.ms", Long.toString(Long.MAX_VALUE))
                .record());

        long dueMs = Long.parseLong(header(pollUntilIdle(start()).get(1), "__courier.retry.due.ms"));

        assertThat(dueMs).isBetween(NOW, NOW + 3_600_000);
    }

    @Test
    void doesNotBeginBeforeItsControlTopicCanBeWrittenTo() {
        letters(1);
        cluster.put("again.redrive", new TargetTopic.Denied());
        Redrive redrive = start();

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(redrive::poll)
                .withMessageContaining("again.redrive");
    }

    @Test
    void sendsOnlyWhatIsSelectedAndTellsHowMuchWasLeft() {
        properties.put(
                "redrive.when", "header.__courier.retry.reason == 'EXHAUSTED' and header.tenant in ['t1', 't3']");
        letters(5);

        List<SourceRecord> sent = pollUntilIdle(start());

        assertThat(topics(sent)).containsExactly("again.redrive", "sink.retry", "sink.retry", "again.redrive");
        assertThat(text(sent.get(3))).contains("\"redriven\":2", "\"left\":3");
    }

    @Test
    void waitsWithALetterWhoseTargetTakesNoneAtTheMomentAndShowsWhy() {
        cluster.put("sink.retry", TargetTopic.Present.WITH_DEFAULTS.with(1, Map.of(0, Obstacle.NO_LEADER)));
        letters(1);
        Redrive redrive = start();
        assertThat(topics(poll(redrive))).containsExactly("again.redrive");

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> pollUntilIdle(redrive))
                .withMessageContaining("The target sink.retry has a partition without a leader");
        assertThat(published.value("stalled-reason{reason=no-leader}")).isEqualTo(1);
    }

    @Test
    void sendsTheLettersOfOtherTopicsFirstWhereOneTakesNone() {
        toOrigins();
        lettersOf("blocked", "orders", "blocked", "orders");
        exists("orders", 1_048_588);
        cluster.put("blocked", BLOCKED);
        Redrive redrive = start();

        List<SourceRecord> before = pollUntilBlocked(redrive);
        assertThat(topics(before)).containsExactly("again.redrive", "orders", "orders", "again.redrive");
        assertThat(text(last(before))).contains("\"event\":\"progress\"", "\"waiting\":[\"blocked\"]");
        assertThat(published.value("waiting-target-count")).isEqualTo(1);
        assertThat(published.value("stalled-reason{reason=no-leader}")).isEqualTo(1);
        assertThat(published.value("done")).isZero();
        assertThat(published.value("remaining-count")).isEqualTo(4);

        exists("blocked", 1_048_588);
        forgetLooks();
        List<SourceRecord> after = pollUntilIdle(redrive);
        assertThat(topics(after)).containsExactly("blocked", "blocked", "again.redrive");
        assertThat(text(last(after))).contains("\"redriven\":4", "\"remaining\":0", "\"waiting\":[]");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"})
    void sendsEachLetterOnceThoughTopicsTakeNoneAndItIsStoppedWhereverThatIs(int committed) {
        toOrigins();
        lettersOf("a", "b", "c", "a", "b", "c", "a", "b", "c", "a");
        exists("a", 1_048_588);
        cluster.put("b", BLOCKED);
        cluster.put("c", BLOCKED);
        Redrive stopped = start();
        List<SourceRecord> all = new ArrayList<>(pollUntilBlocked(stopped));
        exists("b", 1_048_588);
        forgetLooks();
        all.addAll(pollUntilBlocked(stopped));
        exists("c", 1_048_588);
        forgetLooks();
        all.addAll(pollUntilIdle(stopped));
        List<SourceRecord> before = all.subList(0, committed);
        commit(last(before));

        List<SourceRecord> after = pollUntilIdle(start());

        List<SourceRecord> sent = new ArrayList<>(before);
        sent.addAll(after);
        assertThat(offsetsIn("a", sent)).containsExactly("0", "3", "6", "9");
        assertThat(offsetsIn("b", sent)).containsExactly("1", "4", "7");
        assertThat(offsetsIn("c", sent)).containsExactly("2", "5", "8");
        assertThat(text(last(sent))).contains("\"event\":\"end\"", "\"redriven\":10");
    }

    @Test
    void goesOnWithLettersThatWaitedWhenTheirTopicTakesNoneOnceMore() {
        toOrigins();
        lettersOf("a", "b", "a", "b", "a");
        exists("b", 1_048_588);
        cluster.put("a", BLOCKED);
        properties.put("redrive.rate", "10");
        Redrive redrive = start();
        List<SourceRecord> sent = new ArrayList<>(pollUntilBlocked(redrive));
        exists("a", 1_048_588);
        forgetLooks();
        while (offsetsIn("a", sent).isEmpty()) {
            sent.addAll(poll(redrive));
        }
        cluster.put("a", BLOCKED);
        forgetLooks();
        forgetLooks();
        sent.addAll(pollUntilBlocked(redrive));
        assertThat(offsetsIn("a", sent)).hasSizeBetween(1, 2);
        exists("a", 1_048_588);
        forgetLooks();
        sent.addAll(pollUntilIdle(redrive));

        assertThat(offsetsIn("a", sent)).containsExactly("0", "2", "4");
        assertThat(offsetsIn("b", sent)).containsExactly("1", "3");
        assertThat(text(last(sent))).contains("\"redriven\":5");
    }

    @Test
    void waitsWithFurtherLettersWhereTooManyTopicsTakeNoneAndLosesNone() {
        toOrigins();
        int blocked = DeferredLetters.CAPACITY + 5;
        for (int number = 0; number < blocked; number++) {
            lettersOf("blocked" + number);
            cluster.put("blocked" + number, BLOCKED);
        }
        lettersOf("orders", "blocked0");
        exists("orders", 1_048_588);
        Redrive redrive = start();
        List<SourceRecord> sent = new ArrayList<>(pollUntilBlocked(redrive));
        assertThat(topics(sent)).containsOnly("again.redrive");
        assertThat(published.value("waiting-target-count")).isEqualTo(DeferredLetters.CAPACITY);

        exists("blocked7", 1_048_588);
        forgetLooks();
        sent.addAll(pollUntilBlocked(redrive));
        assertThat(topics(sent)).contains("blocked7").doesNotContain("orders");
        for (int number = 0; number < blocked; number++) {
            exists("blocked" + number, 1_048_588);
        }
        forgetLooks();
        sent.addAll(pollUntilIdle(redrive));

        assertThat(topics(sent).stream().filter(topic -> !topic.equals("again.redrive")))
                .hasSize(blocked + 2)
                .contains("orders");
        assertThat(offsetsIn("blocked0", sent)).containsExactly("0", Integer.toString(blocked + 1));
        assertThat(text(last(sent))).contains("\"event\":\"end\"", "\"redriven\":" + (blocked + 2));
    }

    @Test
    void leavesLettersThatWaitedForATopicThatIsDeleted() {
        toOrigins();
        lettersOf("blocked", "orders");
        exists("orders", 1_048_588);
        cluster.put("blocked", BLOCKED);
        Redrive redrive = start();
        List<SourceRecord> sent = new ArrayList<>(pollUntilBlocked(redrive));

        cluster.remove("blocked");
        forgetLooks();
        for (int look = 0; look < 3; look++) {
            try {
                sent.addAll(poll(redrive));
            } catch (RetriableException e) {
                assertThat(e).hasMessageContaining("blocked was not found");
            }
            clock.advance(2_000);
        }
        sent.addAll(pollUntilIdle(redrive));

        assertThat(topics(sent)).doesNotContain("blocked");
        assertThat(text(last(sent))).contains("\"event\":\"end\"", "\"redriven\":1", "\"refused\":1");
    }

    @Test
    void sendsALetterAloneThatATaskHasEndedAtAndLeavesItThen() {
        toOrigins();
        lettersOf("orders", "secret", "orders", "secret");
        exists("orders", 1_048_588);
        exists("secret", 1_048_588);
        Redrive first = start();
        SourceRecord begun = poll(first).get(0);
        commit(begun);
        List<SourceRecord> together = poll(first);
        assertThat(topics(together)).contains("orders", "secret");
        together.stream()
                .filter(record -> record.topic().equals("orders"))
                .forEach(record ->
                        first.commitRecord(record, new RecordMetadata(new TopicPartition("orders", 0), 0, 0, 0, 0, 0)));
        first.close();

        Redrive second = start();
        assertThat(topics(poll(second))).containsExactly("orders");
        assertThat(topics(poll(second))).containsExactly("secret");
        second.close();

        List<SourceRecord> sent = pollUntilIdle(start());
        assertThat(topics(sent)).containsExactly("orders", "orders", "again.redrive");
        assertThat(text(last(sent))).contains("\"redriven\":2", "\"refused\":2");
    }

    @Test
    void sendsLettersThoughItsControlTopicTakesNoneForAWhile() {
        letters(2);
        properties.put("redrive.rate", "1");
        Redrive redrive = start();
        assertThat(topics(poll(redrive))).containsExactly("again.redrive");
        cluster.put("again.redrive", BLOCKED);
        clock.advance(2 * Redrive.TOLD_EVERY.toMillis());

        assertThat(topics(pollUntilBlocked(redrive))).containsExactly("sink.retry", "sink.retry");
        exists("again.redrive", 1_048_588);
        forgetLooks();
        assertThat(text(last(pollUntilIdle(redrive)))).contains("\"event\":\"end\"", "\"redriven\":2");
    }

    @Test
    void asksForTheTopicsOfAllLettersTogether() {
        toOrigins();
        lettersOf("a", "b", "a", "c", "not allowed!");
        exists("a", 1_048_588);
        exists("b", 1_048_588);
        exists("c", 1_048_588);

        pollUntilIdle(start());

        assertThat(asked).contains(Set.of("a", "b", "c"));
    }

    @Test
    void leavesALetterWhoseBodyTheConditionCannotRead() {
        properties.put("redrive.when", "value.type == 'order'");
        letters(1);

        assertThat(text(last(pollUntilIdle(start())))).contains("\"left\":1");
    }

    @Test
    void readsALetterBehindASchemaId() {
        properties.put("redrive.when", "value.type == 'order'");
        letters.add(
                dead(0).value("\0\0\0\0\7{\"type\":\"order\"}".getBytes(UTF_8)).record());
        letters.add(dead(1).value("\0\0\0\0\7\12order".getBytes(UTF_8)).record());

        assertThat(text(last(pollUntilIdle(start())))).contains("\"redriven\":1", "\"left\":1");
    }

    @Test
    void sendsALetterBackToAReservedTopicOnlyIfItIsListed() {
        properties.put("retry.topic", "${origin}");
        properties.put("target.topics.allow", ".*");
        properties.put("topics.allow.internal", "_listed");
        for (String origin : List.of("_schemas", "connect-configs", "_listed", "orders")) {
            exists(origin, 1_048_588);
            letters.add(
                    dead(letters.size()).text("__courier.origin.topic", origin).record());
        }

        assertThat(topics(pollUntilIdle(start())))
                .containsExactly("again.redrive", "_listed", "orders", "again.redrive");
    }

    @Test
    void onlyCountsInADryRun() {
        properties.put("redrive.dry.run", "true");
        letters(4);

        List<SourceRecord> sent = pollUntilIdle(start());

        assertThat(topics(sent)).containsExactly("again.redrive", "again.redrive");
        assertThat(text(sent.get(1))).contains("\"dry_run\":true", "\"redriven\":4");
    }

    @Test
    void leavesALetterThatWasRedrivenTooOften() {
        letters.add(dead(0).text("__courier.retry.redrive", "3").record());
        letters.add(dead(1).text("__courier.retry.redrive", "2").record());

        List<SourceRecord> sent = pollUntilIdle(start());

        assertThat(text(last(sent))).contains("\"redriven\":1", "\"loop\":1");
        assertThat(header(sent.get(1), "__courier.retry.redrive")).isEqualTo("3");
    }

    @Test
    void leavesALetterThatCannotGoWhereItShould() {
        exists("sink.retry", 500);
        letters.add(dead(0).value(new byte[1_000]).record());

        assertThat(text(last(pollUntilIdle(start())))).contains("\"redriven\":0", "\"refused\":1");
    }

    @ParameterizedTest
    @CsvSource({"'stacktrace,history,value', 0", "'value,headers', 0", "'stacktrace,history', 1", "stacktrace, 1"})
    void leavesALetterThatHasLostItsValue(String shed, int redriven) {
        letters.add(dead(0).value(null).text("__courier.retry.shed", shed).record());

        assertThat(text(last(pollUntilIdle(start()))))
                .contains("\"redriven\":" + redriven, "\"refused\":" + (1 - redriven));
    }

    @Test
    void sendsALetterThatHasItsValueWhateverItsHeadersSay() {
        letters.add(dead(0).text("__courier.retry.shed", "value").record());

        assertThat(text(last(pollUntilIdle(start())))).contains("\"redriven\":1", "\"refused\":0");
    }

    @Test
    void readsNothingOnceItIsDone() {
        letters(3);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

        pollUntilIdle(start(consumer));

        assertThat(consumer.paused()).containsExactly(LETTERS);
    }

    @Test
    void takesTheLettersOfConnectItselfToo() {
        letters.add(FailedRecord.at(NOW - 5)
                .in("sink.dlq")
                .offset(0)
                .connect("orders", 1, 2, "TASK_PUT", "a.B", "a.B")
                .record());

        SourceRecord sent = pollUntilIdle(start()).get(1);

        assertThat(header(sent, "__courier.origin.topic")).isEqualTo("orders");
        assertThat(header(sent, "__courier.retry.attempt")).isEqualTo("0");
        assertThat(header(sent, "__courier.retry.redrive")).isEqualTo("1");
        assertThat(header(sent, "__courier.first.error.class")).isEqualTo("a.B");
        assertThat(header(sent, "__courier.retry.history")).isEqualTo("0," + (NOW - 5) + ",a.B");
        assertThat(sent.headers()).noneMatch(header -> header.key().startsWith("__courier.error."));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4"})
    void goesOnBehindWhateverWasCommittedWithoutLossOrDoubling(int committed) {
        letters(4);
        List<SourceRecord> before = pollUntilIdle(start()).subList(0, committed + 1);
        commit(last(before));

        List<SourceRecord> after = pollUntilIdle(start());

        List<String> offsets = new ArrayList<>(origins(before));
        offsets.addAll(origins(after));
        assertThat(offsets).containsExactly("0", "1", "2", "3");
        assertThat(text(last(after))).contains("\"redriven\":4");
    }

    @Test
    void staysIdleWhenItIsDoneAndBeginsAnewWhereItsSettingsChange() {
        letters(2);
        commit(last(pollUntilIdle(start())));

        assertThat(pollUntilIdle(start())).isEmpty();
        properties.put("redrive.when", "header.tenant == 't0'");
        assertThat(topics(pollUntilIdle(start()))).containsExactly("again.redrive", "sink.retry", "again.redrive");
    }

    @Test
    void tellsOfItsProgressWhileNothingIsSelected() {
        properties.put("redrive.when", "header.tenant == 'none'");
        letters(3);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        Redrive redrive = start(consumer);
        poll(redrive);
        clock.advance(Redrive.TOLD_EVERY.toMillis());

        assertThat(text(last(pollUntilIdle(redrive)))).contains("\"left\":3");
    }

    @Test
    void refusesOffsetsThatCannotBeRead() {
        stored.put(RedriveProgress.sourcePartition("again"), Map.of("settings", plan().settings(), "partitions", "x"));

        assertThatExceptionOfType(ConnectException.class).isThrownBy(this::start);
    }

    /** Each letter goes back to where it first was. */
    private void toOrigins() {
        properties.put("retry.topic", "${origin}");
        properties.put("target.topics.allow", ".*");
    }

    /** One letter for each of the topics, in this order. */
    private void lettersOf(String... origins) {
        for (String origin : origins) {
            letters.add(
                    dead(letters.size()).text("__courier.origin.topic", origin).record());
        }
    }

    /** What was found of topics is asked for again. */
    private void forgetLooks() {
        clock.advance(1_000);
    }

    /** Everything that goes out before only letters are left whose topics take none. */
    private static List<SourceRecord> pollUntilBlocked(Redrive redrive) {
        List<SourceRecord> all = new ArrayList<>();
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> {
            for (int i = 0; i < 100; i++) {
                all.addAll(poll(redrive));
            }
        });
        return all;
    }

    private void letters(int count) {
        for (int i = 0; i < count; i++) {
            letters.add(dead(i).record());
        }
    }

    /** As our own connector writes it. */
    private static FailedRecord dead(int number) {
        return FailedRecord.at(NOW - 1_000)
                .in("sink.dlq")
                .offset(number)
                .text("tenant", "t" + number)
                .text("__courier.origin.topic", "orders")
                .text("__courier.origin.partition", "0")
                .text("__courier.origin.offset", Integer.toString(number))
                .text("__courier.first.error.class", "a.First")
                .text("__courier.error.class", "a.Last")
                .text("__courier.retry.history", "5,1,a.Last")
                .text("__courier.retry.first.failure.ms", Long.toString(NOW - 9_000))
                .text("__courier.retry.last.failure.ms", Long.toString(NOW - 2_000))
                .text("__courier.retry.max", "5")
                .text("__courier.retry.attempt", "5")
                .text("__courier.retry.reason", "EXHAUSTED")
                .text("__connect.errors.topic", "orders");
    }

    private RetrySourceConfig retry() {
        return new RetrySourceConfig(new SourceConfig(SourceKind.RETRY, RetrySourceConfig.DEFINITION, properties));
    }

    private RedrivePlan plan() {
        return new RedriveConfig(new SourceConfig(SourceKind.RETRY, RetrySourceConfig.DEFINITION, properties)).plan();
    }

    private Redrive start() {
        return start(new Log());
    }

    private Redrive start(MockConsumer<byte[], byte[]> consumer) {
        Behaviour config = RetrySourceConnector.type(properties).read().apply(properties);
        RedrivePlan plan = plan();
        consumer.updateBeginningOffsets(Map.of(LETTERS, 0L));
        consumer.updateEndOffsets(Map.of(LETTERS, (long) letters.size()));
        TargetRules rules = config.targetRules(new Looks(), clock);
        Trials trials = new Trials(known, "again", clock);
        RedriveLetters judge = new RedriveLetters(
                plan,
                retry().target(),
                retry().story(),
                retry().settings().failures(),
                rules,
                config.config().fitting(),
                trials);
        InputReader reader = new InputReader(
                consumer,
                "the connector's consumer (User:courier)",
                new MissingRecords(OnMissing.FAIL, topic -> false),
                topics -> CompletableFuture.completedFuture(Map.of()),
                () -> 0);
        Redrive redrive = new Redrive(
                plan,
                new RedriveInput(reader, judge),
                judge,
                new RateLimit(plan.rate(), System::nanoTime),
                new BatchWatch(
                        "test", topic -> new CompletableFuture<>(), "the admin client", Duration.ofMinutes(1), clock),
                trials,
                published,
                clock);
        started.add(redrive);
        redrive.start(List.of(LETTERS), new StoredOffsets(stored));
        letters.forEach(consumer::addRecord);
        return redrive;
    }

    /** Answers with what is in the cluster, and notes what was asked for together. */
    private final class Looks implements TopicLookup {

        @Override
        public CompletableFuture<TargetTopic> look(String topic) {
            return CompletableFuture.completedFuture(cluster.getOrDefault(topic, new TargetTopic.Absent()));
        }

        @Override
        public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
            asked.add(Set.copyOf(topics));
            return TopicLookup.super.look(topics);
        }
    }

    /** A consumer that finds the letters again where it goes back. */
    private final class Log extends MockConsumer<byte[], byte[]> {

        Log() {
            super("none");
        }

        @Override
        public synchronized void seek(TopicPartition partition, OffsetAndMetadata place) {
            super.seek(partition, place);
            letters.forEach(this::addRecord);
        }
    }

    private static List<SourceRecord> poll(Redrive redrive) {
        List<SourceRecord> batch = redrive.poll();
        return batch == null ? List.of() : batch;
    }

    private static List<SourceRecord> pollUntilIdle(Redrive redrive) {
        List<SourceRecord> all = new ArrayList<>();
        int idle = 0;
        while (idle < 3) {
            List<SourceRecord> batch = poll(redrive);
            idle = batch.isEmpty() ? idle + 1 : 0;
            all.addAll(batch);
        }
        return all;
    }

    private void commit(SourceRecord record) {
        stored.put(record.sourcePartition(), new HashMap<>(record.sourceOffset()));
    }

    private void exists(String topic, int maxMessageBytes) {
        cluster.put(topic, new TargetTopic.Present(maxMessageBytes, false, Long.MAX_VALUE, 3_600_000));
    }

    private static List<String> topics(List<SourceRecord> records) {
        return records.stream().map(SourceRecord::topic).toList();
    }

    private static List<String> origins(List<SourceRecord> records) {
        return records.stream()
                .filter(record -> record.topic().equals("sink.retry"))
                .map(record -> header(record, "__courier.origin.offset"))
                .toList();
    }

    /** The original offsets of what was sent to a topic. */
    private static List<String> offsetsIn(String topic, List<SourceRecord> records) {
        return records.stream()
                .filter(record -> record.topic().equals(topic))
                .map(record -> header(record, "__courier.origin.offset"))
                .toList();
    }

    private static SourceRecord last(List<SourceRecord> records) {
        return records.get(records.size() - 1);
    }

    private static String text(SourceRecord record) {
        return new String((byte[]) record.value(), UTF_8);
    }

    private static String header(SourceRecord record, String name) {
        return new String(
                (byte[]) Objects.requireNonNull(record.headers().lastWithName(name), name)
                        .value(),
                UTF_8);
    }
}
