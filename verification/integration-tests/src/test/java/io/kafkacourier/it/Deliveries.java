/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one input's messages, from the records of every topic on their way. Each assertion is a guarantee.
 * If it does not hold, the failure lists the first messages that violate it, with their topics.
 */
final class Deliveries {

    private static final int SHOWN = 20;

    private final String input;
    private final int written;
    private final String target;
    private final Map<Integer, List<ConsumerRecord<byte[], byte[]>>> paths;
    private final List<ConsumerRecord<byte[], byte[]>> delivered;

    /**
     * Selects the messages that an application wrote to {@code input}.
     *
     * @param records committed records, in the order of each partition
     * @param written the number of messages written to {@code input}
     * @param target the target of the messages; needs {@code message.timestamp.type=LogAppendTime}, so that early
     *     messages are detected
     */
    Deliveries(Collection<ConsumerRecord<byte[], byte[]>> records, String input, int written, String target) {
        this.input = input;
        this.written = written;
        this.target = target;
        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> all =
                records.stream().collect(groupingBy(Messages::number, TreeMap::new, toList()));
        all.values()
                .removeIf(
                        path -> path.stream().noneMatch(record -> record.topic().equals(input)));
        this.paths = all;
        this.delivered = records.stream()
                .filter(record -> record.topic().equals(target) && paths.containsKey(Messages.number(record)))
                .toList();
    }

    /** Each written message arrived exactly once. */
    void assertEachCameOnce() {
        assertEachCame();
        assertThat(shown(paths.values().stream()
                        .filter(path -> arrivals(path) > 1)
                        .map(this::path)))
                .as("messages that arrived more than once from %s in %s", input, target)
                .isEmpty();
    }

    /** Each written message arrived, once or more often. */
    void assertEachCame() {
        assertThat(paths).as("messages in %s", input).hasSize(written);
        assertThat(shown(paths.values().stream()
                        .filter(path -> arrivals(path) == 0)
                        .map(this::path)))
                .as("messages that were lost on the way from %s to %s", input, target)
                .isEmpty();
    }

    /** No message arrived before its time of writing plus its delay. */
    void assertNoneCameEarly() {
        assertThat(shown(delivered.stream()
                        .filter(record -> record.timestamp() < dueMs(record))
                        .map(record -> (dueMs(record) - record.timestamp()) + " ms early: " + path(record))))
                .as("messages that arrived in %s before they were due", target)
                .isEmpty();
    }

    /** Each message arrived at most {@code lateness} after its due time. */
    void assertNoneCameLaterThan(Duration lateness) {
        assertThat(shown(delivered.stream()
                        .filter(record -> record.timestamp() > dueMs(record) + lateness.toMillis())
                        .map(record -> (record.timestamp() - dueMs(record)) + " ms late: " + path(record))))
                .as("messages that arrived in %s more than %s late", target, lateness)
                .isEmpty();
    }

    /** The latenesses of the messages that became due from {@code fromMs} until before {@code toMs}. */
    Latenesses latenesses(long fromMs, long toMs) {
        return new Latenesses(delivered.stream()
                .filter(record -> dueMs(record) >= fromMs && dueMs(record) < toMs)
                .mapToLong(record -> record.timestamp() - dueMs(record)));
    }

    /** The time from {@code sinceMs} to the next arrival of a message. */
    Duration untilNextArrival(long sinceMs) {
        return Duration.ofMillis(delivered.stream()
                        .mapToLong(ConsumerRecord::timestamp)
                        .filter(arrivedMs -> arrivedMs >= sinceMs)
                        .min()
                        .orElseThrow()
                - sinceMs);
    }

    /** Messages of the same key and the same delay arrived in the order in which they were written. */
    void assertSameKeyAndDelayCameInOrder() {
        Map<List<Object>, ConsumerRecord<byte[], byte[]>> last = new HashMap<>();
        List<String> overtaken = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : delivered) {
            ConsumerRecord<byte[], byte[]> before =
                    last.put(List.of(Messages.key(record), Messages.askedMs(record)), record);
            if (isBehind(before, record)) {
                overtaken.add(path(record) + " came after " + path(before));
            }
        }
        assertThat(shown(overtaken.stream()))
                .as("messages of %s that a later message of the same key and delay has overtaken", input)
                .isEmpty();
    }

    private static boolean isBehind(
            @Nullable ConsumerRecord<byte[], byte[]> before, ConsumerRecord<byte[], byte[]> record) {
        return before != null && Messages.number(before) > Messages.number(record);
    }

    private long arrivals(List<ConsumerRecord<byte[], byte[]>> path) {
        return path.stream().filter(record -> record.topic().equals(target)).count();
    }

    /** The due time by the clock of the application that wrote the message. */
    private long dueMs(ConsumerRecord<byte[], byte[]> record) {
        return pathOf(record).stream()
                .filter(step -> step.topic().equals(input))
                .mapToLong(step -> step.timestamp() + Messages.askedMs(step))
                .findFirst()
                .orElseThrow();
    }

    private String path(ConsumerRecord<byte[], byte[]> record) {
        return path(pathOf(record));
    }

    private List<ConsumerRecord<byte[], byte[]>> pathOf(ConsumerRecord<byte[], byte[]> record) {
        return Objects.requireNonNull(paths.get(Messages.number(record)));
    }

    private String path(List<ConsumerRecord<byte[], byte[]>> path) {
        return "message " + Messages.number(path.get(0)) + " (delay " + Messages.askedMs(path.get(0)) + " ms) "
                + path.stream()
                        .map(step ->
                                step.topic() + "-" + step.partition() + "@" + step.offset() + " at " + step.timestamp())
                        .collect(joining(" > "));
    }

    private static List<String> shown(Stream<String> messages) {
        List<String> all = messages.toList();
        return all.size() <= SHOWN
                ? all
                : Stream.concat(all.stream().limit(SHOWN), Stream.of("and " + (all.size() - SHOWN) + " more"))
                        .toList();
    }

    /** The topics on the way of the messages. */
    Set<String> topics() {
        return paths.values().stream()
                .flatMap(List::stream)
                .map(ConsumerRecord::topic)
                .collect(toSet());
    }
}
