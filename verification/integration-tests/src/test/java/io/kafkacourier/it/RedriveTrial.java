/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static io.kafkacourier.it.Messages.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.assertj.core.data.Percentage;

/** Redrives dead letters at a set rate while the worker is killed. */
final class RedriveTrial {

    static final String CONNECTOR = "again";

    private static final String RETRIES = "again.retry";
    private static final int PARTITIONS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /**
     * The size of the trial; two of three letters are selected.
     *
     * @param letters the number of dead letters
     * @param rate the number of letters sent back each second
     */
    record Size(int letters, int rate) {

        int selected() {
            return (int) IntStream.range(0, letters).filter(Size::isSelected).count();
        }

        private static boolean isSelected(int number) {
            return number % 3 != 0;
        }
    }

    private final Cluster cluster;
    private final Size size;

    RedriveTrial(Cluster cluster, Size size) {
        this.cluster = cluster;
        this.size = size;
    }

    /** The selected letters go back exactly once, at the configured rate, although the worker is killed meanwhile. */
    void run() {
        try (TopicReader reader = cluster.topics().reader("again\\..*")) {
            start();
            readUntil(reader, records -> records.size() > size.selected() / 2);
            cluster.connect().kill();
            long killedMs = System.currentTimeMillis();
            cluster.connect().start();
            assertEachWentBackOnce(reader);
            assertRate(in(RETRIES, reader), killedMs, size.rate());
        }
    }

    /** The selected letters go back exactly once; nothing else happens. */
    void runUndisturbed() {
        try (TopicReader reader = cluster.topics().reader("again\\..*")) {
            start();
            assertEachWentBackOnce(reader);
        }
    }

    private void start() {
        cluster.topics().create(PARTITIONS, "old.dlq");
        cluster.topics().create(RETRIES, 1, Map.of("message.timestamp.type", "LogAppendTime"));
        cluster.topics()
                .sendAll(IntStream.range(0, size.letters())
                        .mapToObj(RedriveTrial::letter)
                        .toList());
        cluster.startConnector(
                CONNECTOR,
                RetryConnector.config(
                        cluster,
                        Map.of(
                                "mode", "redrive",
                                "topics", "old.dlq",
                                "retry.topic", RETRIES,
                                "redrive.when", "header.__courier.retry.reason == 'EXHAUSTED'",
                                "redrive.rate", Integer.toString(size.rate()))));
    }

    private void assertEachWentBackOnce(TopicReader reader) {
        readUntil(reader, records -> records.stream().anyMatch(RedriveTrial::isEnd));
        reader.readTo(cluster.topics().endOffsets(RETRIES), LIMIT);

        List<ConsumerRecord<byte[], byte[]>> sent = in(RETRIES, reader);
        assertThat(sent)
                .extracting(Messages::number)
                .as("letters that were sent back")
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, size.letters())
                        .filter(Size::isSelected)
                        .boxed()
                        .toList());
        assertThat(sent).allSatisfy(record -> {
            assertThat(header(record, "__courier.retry.redrive")).isEqualTo("1");
            assertThat(header(record, "__courier.retry.attempt")).isEqualTo("5");
        });
        assertThat(in("again.redrive", reader).stream().filter(RedriveTrial::isEnd))
                .singleElement()
                .satisfies(end -> assertThat(Messages.text(end.value()))
                        .contains(
                                "\"redriven\":" + size.selected(),
                                "\"left\":" + (size.letters() - size.selected()),
                                "\"remaining\":0"));
    }

    private void readUntil(TopicReader reader, Predicate<List<ConsumerRecord<byte[], byte[]>>> isEnough) {
        reader.readUntil(
                records -> {
                    cluster.restartWhatConnectLetFail(CONNECTOR);
                    return isEnough.test(records);
                },
                LIMIT);
    }

    /** Checks the rate of the letters before the kill, and of those after it. */
    private static void assertRate(List<ConsumerRecord<byte[], byte[]>> sent, long killedMs, int rate) {
        for (boolean isBefore : List.of(true, false)) {
            long[] times = sent.stream()
                    .mapToLong(ConsumerRecord::timestamp)
                    .filter(timeMs -> timeMs < killedMs == isBefore)
                    .sorted()
                    .toArray();
            double seconds = (times[times.length - 1] - times[0]) / 1_000.0;
            assertThat((times.length - 1) / seconds)
                    .as("letters a second %s the kill, of %s", isBefore ? "before" : "after", times.length)
                    .isCloseTo(rate, Percentage.withPercentage(5));
        }
    }

    private static ProducerRecord<byte[], byte[]> letter(int number) {
        ProducerRecord<byte[], byte[]> letter =
                Messages.withFixedDelay("old.dlq", number % PARTITIONS, number, "key", 0);
        Map.of(
                        "__courier.origin.topic", "orders",
                        "__courier.retry.attempt", "5",
                        "__courier.retry.last.failure.ms", "1",
                        "__courier.retry.reason", Size.isSelected(number) ? "EXHAUSTED" : "NON_RETRIABLE")
                .forEach((name, value) -> letter.headers().add(name, bytes(value)));
        return letter;
    }

    private static boolean isEnd(ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals("again.redrive")
                && Messages.text(record.value()).contains("\"event\":\"end\"");
    }

    private static List<ConsumerRecord<byte[], byte[]>> in(String topic, TopicReader reader) {
        return reader.records().stream()
                .filter(record -> record.topic().equals(topic))
                .toList();
    }
}
