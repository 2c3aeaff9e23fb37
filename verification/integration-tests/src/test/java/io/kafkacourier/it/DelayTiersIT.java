/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Messages on their way through tier topics: their content, their tiers, and actions of operators meanwhile. */
class DelayTiersIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration PUNCTUAL = Duration.ofSeconds(10);
    private static final Map<String, String> STAMPED_BY_THE_BROKER = Map.of("message.timestamp.type", "LogAppendTime");

    private static Cluster cluster;

    private final List<String> connectors = new ArrayList<>();

    @BeforeAll
    static void start() {
        cluster = Cluster.start("delay-tiers-it");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void deleteConnectors() {
        connectors.forEach(cluster.rest()::deleteConnector);
    }

    @ConcurrentTest
    void keyValueAndHeadersAreTheSameByteForByteAfterSeveralTiers() {
        cluster.topics().create(1, "bytes", "bytes.due", "bytes.original");
        startConnector("bytes-due", Map.of("topics", "bytes"));
        startConnector(
                "bytes-original",
                Map.of(
                        "topics", "bytes",
                        "target.topic.header", "",
                        "target.topic", "bytes.original",
                        "timestamp", "original"));
        long sentMs = System.currentTimeMillis();
        long dueMs = sentMs + 7_900;
        byte[] everyByte = new byte[256];
        IntStream.range(0, everyByte.length).forEach(i -> everyByte[i] = (byte) i);
        List<Header> own = List.of(
                header("repeated", "1"),
                new RecordHeader("every byte", everyByte),
                header("repeated", "2"),
                new RecordHeader("empty", new byte[0]),
                new RecordHeader("null", (byte[]) null),
                header("h\u00e4\u00df\u4e2d", "\u4e2d"),
                header("__courier.retry.attempt", "3"));
        List<Header> asked = List.of(
                header("target_topic", "bytes.due"),
                header("delay", "PT7.9S"),
                header("__courier.hop.due", "1"),
                header("__courier.hop.release", "1"),
                header("__courier.route.reason", "forged"));
        List<Header> askedInTime = List.of(
                header("target_topic", "bytes.due"),
                header("deliver_at", Instant.ofEpochMilli(dueMs).toString()));
        List<Header> earlierOrigin = origin("earlier", 77, 777);
        List<ProducerRecord<byte[], byte[]>> messages = List.of(
                message(sentMs, everyByte, everyByte, join(own, asked)),
                message(sentMs, bytes("key"), null, join(asked, own)),
                message(sentMs, null, bytes("value"), join(askedInTime, own)),
                message(sentMs, new byte[0], new byte[0], join(join(own, askedInTime), earlierOrigin)));

        cluster.topics().sendAll(messages);

        List<ConsumerRecord<byte[], byte[]>> records = read(
                "bytes\\.(due|original)|bytes-(due|original)\\.delay\\.[0-9]+s",
                all -> of(all, "bytes.due").size() >= 4
                        && of(all, "bytes.original").size() >= 4);
        for (String tier : List.of("bytes-due.delay.4s", "bytes-due.delay.2s", "bytes-original.delay.4s")) {
            assertThat(of(records, tier)).as("records in %s", tier).hasSize(4);
        }
        for (int i = 0; i < messages.size(); i++) {
            ProducerRecord<byte[], byte[]> message = messages.get(i);
            List<Header> origin = i == 3 ? List.of() : origin("bytes", i, sentMs);
            ConsumerRecord<byte[], byte[]> due = of(records, "bytes.due").get(i);
            assertIsSame(due, message, origin, "target_topic|delay|deliver_at|__courier\\.(hop|route)\\..*");
            assertThat(due.timestamp()).as("due time").isEqualTo(dueMs);
            ConsumerRecord<byte[], byte[]> original =
                    of(records, "bytes.original").get(i);
            assertIsSame(original, message, origin, "delay|deliver_at|__courier\\.(hop|route)\\..*");
            assertThat(original.timestamp()).as("original time").isEqualTo(sentMs);
        }
    }

    @ConcurrentTest
    void aTierNamedAfterADelayTakesItInOneStay() {
        cluster.topics().create(1, "named");
        cluster.topics().create("named.due", 1, STAMPED_BY_THE_BROKER);
        startConnector(
                "named",
                Map.of("topics", "named", "target.topic", "named.due", "tiers", "5s", "tiers.prefix", "waits-"));

        writeDelayed("named", 10, 5_000);

        List<ConsumerRecord<byte[], byte[]>> records =
                read("named(\\.due)?|waits-[0-9]+s", all -> of(all, "named.due").size() >= 10);
        assertThat(records).extracting(ConsumerRecord::topic).containsOnly("named", "waits-5s", "named.due");
        assertPunctual(records, "named", 10, "named.due");
    }

    @ConcurrentTest
    void tiersThatAreNoLongerListedAreEmptiedInTime() {
        cluster.topics().create(2, "changed");
        cluster.topics().create("changed.due", 2, STAMPED_BY_THE_BROKER);
        Map<String, String> config =
                startConnector("changed", Map.of("topics", "changed", "target.topic", "changed.due", "tiers", "11s"));
        try (TopicReader reader = cluster.topics().reader("changed(\\.due|\\.delay\\.[0-9]+s)?")) {
            writeDelayed("changed", 100, 11_000);
            reader.readUntil(all -> of(all, "changed.delay.11s").size() >= 100, LIMIT);

            config.put("tiers", "5s");
            cluster.startConnector("changed", config);
            await().atMost(LIMIT).until(() -> cluster.topics().names().contains("changed.delay.5s"));

            reader.readUntil(all -> of(all, "changed.due").size() >= 100, LIMIT);
            assertPunctual(reader.records(), "changed", 100, "changed.due");
        }
    }

    @ConcurrentTest
    void overdueMessagesAreDeliveredOnceAfterALongStopAndFixedDelaysInOrder() {
        int count = 3_000;
        cluster.topics().create(2, "late", "late.fixed");
        cluster.topics().create("late.due", 2, STAMPED_BY_THE_BROKER);
        startConnector(
                "late",
                Map.of(
                        "topics", "late",
                        "topic.delays", "late.fixed=5m",
                        "target.topic", "late.due",
                        "delay.max", "1h"));
        List<String> tiers = List.of("late.delay.16s", "late.delay.256s", "late.delay.2048s");
        await().atMost(LIMIT).until(() -> cluster.topics().names().containsAll(tiers));
        cluster.rest().stopConnector("late");
        cluster.awaitState("late", "STOPPED");

        long stoppedMs = System.currentTimeMillis() - Duration.ofMinutes(30).toMillis();
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(aged(Messages.delayed("late", i % 2, i, "key-" + i, i % 600_000), stoppedMs));
            int fixed = count + i;
            messages.add(
                    aged(Messages.withFixedDelay("late.fixed", i % 2, fixed, "key-" + i % 2, 300_000), stoppedMs + i));
            for (String tier : tiers) {
                int staying = count * (2 + tiers.indexOf(tier)) + i;
                messages.add(staying(tier, i, staying, stoppedMs));
            }
        }
        cluster.topics().sendAll(messages);
        cluster.rest().resumeConnector("late");

        List<ConsumerRecord<byte[], byte[]>> records = read(
                "late(\\.fixed|\\.due|\\.delay\\.[0-9]+s)?",
                all -> of(all, "late.due").size() >= messages.size());
        Stream.concat(Stream.of("late", "late.fixed"), tiers.stream()).forEach(input -> {
            Deliveries deliveries = new Deliveries(records, input, count, "late.due");
            deliveries.assertEachCameOnce();
            deliveries.assertNoneCameEarly();
        });
        new Deliveries(records, "late.fixed", count, "late.due").assertSameKeyAndDelayCameInOrder();
    }

    @ConcurrentTest
    void transformsOfOthersSeeDueMessagesAndNoMessageOnItsWayToATier() {
        cluster.topics().create(1, "changed-by-others", "plain", "routed.plain", "refused");
        startConnector(
                "others",
                Map.ofEntries(
                        entry("topics", "changed-by-others"),
                        entry("target.topic", "plain"),
                        entry("invalid.topic", "refused"),
                        entry("transforms", "route,drop"),
                        entry("transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter"),
                        entry("transforms.route.regex", "(.*)"),
                        entry("transforms.route.replacement", "routed.$1"),
                        entry("transforms.route.predicate", "due"),
                        entry("transforms.drop.type", "org.apache.kafka.connect.transforms.DropHeaders"),
                        entry("transforms.drop.headers", "number,__courier.hop.due"),
                        entry("transforms.drop.predicate", "due"),
                        entry("predicates", "due"),
                        entry("predicates.due.type", "io.kafkacourier.transforms.predicates.IsDue")));

        writeDelayed("changed-by-others", 1, 7_900);
        cluster.topics()
                .sendAll(List.of(new ProducerRecord<>(
                        "changed-by-others", 0, bytes("key"), bytes("value"), List.of(header("delay", "never")))));

        List<ConsumerRecord<byte[], byte[]>> records = read(
                "(routed\\.)?plain|refused|others\\.delay\\.[0-9]+s",
                all -> of(all, "routed.plain").size() >= 1 && of(all, "refused").size() >= 1);
        assertThat(records)
                .extracting(ConsumerRecord::topic)
                .containsExactlyInAnyOrder("refused", "others.delay.4s", "others.delay.2s", "routed.plain");
        assertThat(records)
                .filteredOn(record -> record.topic().startsWith("others.delay."))
                .allSatisfy(record -> {
                    assertThat(record.headers().lastHeader("number")).isNotNull();
                    assertThat(record.headers().lastHeader("__courier.hop.due")).isNotNull();
                });
        assertThat(of(records, "routed.plain").get(0).headers().lastHeader("number"))
                .isNull();
    }

    @ConcurrentTest
    void messagesAreDeliveredAgainFromAnAlteredOffset() {
        cluster.topics().create(1, "again");
        cluster.topics().create("again.due", 1, STAMPED_BY_THE_BROKER);
        startConnector("again", Map.of("topics", "again", "target.topic", "again.due"));
        try (TopicReader reader = cluster.topics().reader("again\\.due")) {
            writeDelayed("again", 5, 300);
            reader.readUntil(all -> all.size() >= 5, LIMIT);

            cluster.rest().stopConnector("again");
            cluster.awaitState("again", "STOPPED");
            cluster.rest().alterOffset("again", Map.of("topic", "again", "partition", 0), Map.of("next", 3));
            cluster.rest().resumeConnector("again");
            reader.readUntil(all -> all.size() >= 7, LIMIT);
            writeDelayed("again", 1, 300);
            reader.readUntil(all -> all.size() >= 8, LIMIT);

            assertThat(reader.records())
                    .extracting(record -> Messages.header(record, "__courier.origin.offset"))
                    .containsExactly("0", "1", "2", "3", "4", "3", "4", "5");
        }
    }

    @ConcurrentTest
    void topicsAndPartitionsThatAppearAreRead() {
        cluster.topics().create(1, "found.one", "found-due");
        startConnector("found", Map.of("topics.regex", "found\\..+", "target.topic", "found-due"));
        try (TopicReader reader = cluster.topics().reader("found-due")) {
            writeDelayed("found.one", 1, 100);
            reader.readUntil(all -> all.size() >= 1, LIMIT);

            cluster.topics().create(1, "found.two");
            writeDelayed("found.two", 1, 3_000);
            reader.readUntil(all -> all.size() >= 2, LIMIT);

            cluster.topics().addPartitions("found.one", 2);
            cluster.topics().sendAll(List.of(Messages.delayed("found.one", 1, 2, "key", 3_000)));
            reader.readUntil(all -> all.size() >= 3, LIMIT);

            assertThat(reader.records())
                    .extracting(record -> Messages.header(record, "__courier.origin.topic") + "-"
                            + Messages.header(record, "__courier.origin.partition"))
                    .containsExactly("found.one-0", "found.two-0", "found.one-1");
        }
    }

    /** Starts a connector with a horizon of 2 s, unless {@code own} has another. */
    private Map<String, String> startConnector(String name, Map<String, String> own) {
        Map<String, String> config =
                DelayConnector.config(cluster, Map.of("horizon", "2s", "delay.max", "1m", "target.topics.allow", ".*"));
        config.putAll(own);
        connectors.add(name);
        cluster.startConnector(name, config);
        return config;
    }

    private static void writeDelayed(String topic, int count, long delayMs) {
        cluster.topics()
                .sendAll(IntStream.range(0, count)
                        .mapToObj(number -> Messages.delayed(topic, 0, number, "key-" + number, delayMs))
                        .toList());
    }

    private static ProducerRecord<byte[], byte[]> message(
            long sentMs, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
        return new ProducerRecord<>("bytes", 0, sentMs, key, value, headers);
    }

    private static ProducerRecord<byte[], byte[]> aged(ProducerRecord<byte[], byte[]> message, long timestampMs) {
        return new ProducerRecord<>(
                message.topic(), message.partition(), timestampMs, message.key(), message.value(), message.headers());
    }

    /** A message that the connector wrote to a tier before it was stopped. */
    private static ProducerRecord<byte[], byte[]> staying(String tier, int offset, int number, long stoppedMs) {
        long waitedMs = 600_000;
        ProducerRecord<byte[], byte[]> message =
                aged(Messages.delayed(tier, offset % 2, number, "key-" + number, waitedMs), stoppedMs - waitedMs);
        origin("late", offset, stoppedMs - waitedMs).forEach(message.headers()::add);
        message.headers().add("__courier.hop.due", bytes(Long.toString(stoppedMs)));
        message.headers().add("__courier.hop.release", bytes(Long.toString(stoppedMs - offset)));
        return message;
    }

    private static List<Header> origin(String topic, int offset, long timestampMs) {
        return List.of(
                header("__courier.origin.topic", topic),
                header("__courier.origin.partition", "0"),
                header("__courier.origin.offset", Integer.toString(offset)),
                header("__courier.origin.timestamp", Long.toString(timestampMs)));
    }

    private static List<Header> join(List<Header> some, List<Header> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, bytes(value));
    }

    private static void assertIsSame(
            ConsumerRecord<byte[], byte[]> record,
            ProducerRecord<byte[], byte[]> message,
            List<Header> addedHeaders,
            String removedHeaders) {
        List<Header> kept = Arrays.stream(message.headers().toArray())
                .filter(header -> !header.key().matches(removedHeaders))
                .toList();
        assertThat(record.key()).as("key").isEqualTo(message.key());
        assertThat(record.value()).as("value").isEqualTo(message.value());
        assertThat(record.headers()).as("headers").containsExactlyElementsOf(join(kept, addedHeaders));
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(
            String topicsRegex, Predicate<List<ConsumerRecord<byte[], byte[]>>> isEnough) {
        try (TopicReader reader = cluster.topics().reader(topicsRegex)) {
            return reader.readUntil(isEnough, LIMIT);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> of(List<ConsumerRecord<byte[], byte[]>> records, String topic) {
        return records.stream().filter(record -> record.topic().equals(topic)).toList();
    }

    private static void assertPunctual(
            List<ConsumerRecord<byte[], byte[]>> records, String input, int written, String target) {
        Deliveries deliveries = new Deliveries(records, input, written, target);
        deliveries.assertEachCameOnce();
        deliveries.assertNoneCameEarly();
        deliveries.assertNoneCameLaterThan(PUNCTUAL);
    }
}
