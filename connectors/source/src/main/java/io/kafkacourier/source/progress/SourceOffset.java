/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.OffsetSet;
import io.kafkacourier.schedule.Progress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an input partition as Connect stores it, in the forms that {@code GET} and {@code PATCH
 * /connectors/<name>/offsets} show and accept:
 *
 * <pre>{@code
 * source partition  {"topic": "orders", "partition": 0}
 * source offset     {"next": 120, "low": 118, "due": 1769860800000, "at": 117,
 *                    "settings": "...", "topic.id": "..."}
 * }</pre>
 *
 * The first four are those of {@link Progress}. An altered offset needs only {@code next}: then {@code low} has the same
 * value, nothing counts as released, the current settings apply, and neither the topic nor its log is compared. Further
 * keys:
 *
 * <ul>
 *   <li>{@code leader.epoch.end}: the offset behind the last record, if it is not {@code next}
 *   <li>{@code leader.epoch}: the epoch of the last record before {@code next}. It reveals that a log was truncated below
 *       that record and has grown again.
 *   <li>{@code exceptions}, if there are any: {@link OffsetSet#text}.
 *   <li>{@code earlier}, if records are held that were read under earlier settings: the numbers of {@link
 *       Progress.Earlier} and the settings, {@code 118/1769860800000/117/<settings>}, separated by blanks.
 *   <li>{@code record}: the kind of record that the offset came with ({@link RecordKind}).
 * </ul>
 *
 * @param topicId Kafka's id of the topic that was read; null if it is not known
 */
public record SourceOffset(Progress progress, @Nullable String topicId) {

    private static final String TOPIC = "topic";
    private static final String PARTITION = "partition";
    private static final String NEXT = "next";
    private static final String LOW = "low";
    private static final String DUE = "due";
    private static final String AT = "at";
    private static final String EXCEPTIONS = "exceptions";
    private static final String SETTINGS = "settings";
    private static final String EARLIER = "earlier";
    private static final String LEADER_EPOCH = "leader.epoch";
    private static final String LEADER_EPOCH_END = "leader.epoch.end";
    private static final String TOPIC_ID = "topic.id";

    /**
     * The source partition of an input partition; unmodifiable.
     *
     * <p>Connect compares source partitions by their JSON bytes, so the order of the keys matters. It is that of a HashMap,
     * because Connect reads partitions from JSON into one. Numbers are Long for the same reason.
     */
    public static Map<String, Object> partition(TopicPartition partition) {
        Map<String, Object> map = new HashMap<>();
        map.put(TOPIC, partition.topic());
        map.put(PARTITION, (long) partition.partition());
        return new Read(map);
    }

    /** The source offset of a record; unmodifiable. */
    public static Map<String, Object> of(Progress progress, String topicId, RecordKind kind) {
        return new Written(progress, topicId, kind);
    }

    /**
     * Reads a source offset.
     *
     * @param currentSettings the settings of an offset that names none
     * @throws ConnectException if it does not have the form above, or its numbers contradict each other
     */
    public static SourceOffset parse(Map<String, ?> offset, String currentSettings) {
        long next = number(offset, NEXT, null);
        long low = number(offset, LOW, next);
        long dueMs = number(offset, DUE, 0L);
        long at = number(offset, AT, -1L);
        String exceptions = text(offset, EXCEPTIONS);
        String settings = text(offset, SETTINGS);
        String earlier = text(offset, EARLIER);
        long epoch = number(offset, LEADER_EPOCH, (long) Progress.NO_EPOCH);
        long epochEnd = number(offset, LEADER_EPOCH_END, next);
        try {
            Progress progress = new Progress(
                    next,
                    low,
                    dueMs,
                    at,
                    exceptions == null ? OffsetSet.EMPTY : OffsetSet.parse(exceptions),
                    settings == null ? currentSettings : settings,
                    earlier == null ? List.of() : readEarlier(earlier),
                    Math.toIntExact(epoch),
                    epochEnd);
            return new SourceOffset(progress, text(offset, TOPIC_ID));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ConnectException("Source offset " + offset + ": " + e.getMessage(), e);
        }
    }

    private static String writeEarlier(List<Progress.Earlier> earlier) {
        return earlier.stream()
                .map(before -> before.end() + "/" + before.dueMs() + "/" + before.at() + "/"
                        + URLEncoder.encode(before.settings(), UTF_8))
                .collect(joining(" "));
    }

    private static List<Progress.Earlier> readEarlier(String text) {
        List<Progress.Earlier> earlier = new ArrayList<>();
        for (String item : text.split(" ", -1)) {
            String[] parts = item.split("/", -1);
            if (parts.length != 4) {
                throw new IllegalArgumentException(EARLIER + " must be a list of end/due/at/settings");
            }
            earlier.add(new Progress.Earlier(
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    URLDecoder.decode(parts[3], UTF_8)));
        }
        return earlier;
    }

    /**
     * Checks the form of an offset.
     *
     * @param settings throws IllegalArgumentException if settings cannot be read
     * @throws ConnectException if the offset does not have this form
     */
    public static void check(Map<String, ?> offset, Consumer<String> settings) {
        String none = "";
        Progress progress = parse(offset, none).progress();
        try {
            if (!progress.settings().equals(none)) {
                settings.accept(progress.settings());
            }
            progress.earlier().forEach(before -> settings.accept(before.settings()));
        } catch (IllegalArgumentException e) {
            throw new ConnectException("Source offset " + offset + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks the form of a source partition.
     *
     * @throws ConnectException if it does not have the form of {@link #partition}
     */
    public static void checkPartition(Map<String, ?> partition) {
        boolean known = partition.keySet().equals(Set.of(TOPIC, PARTITION))
                && partition.get(TOPIC) instanceof String
                && (partition.get(PARTITION) instanceof Long || partition.get(PARTITION) instanceof Integer)
                && ((Number) partition.get(PARTITION)).longValue() >= 0;
        if (!known) {
            throw new ConnectException("Source partition " + partition
                    + " must have the form {\"topic\": \"<name>\", \"partition\": <number>}");
        }
    }

    private static long number(Map<String, ?> offset, String key, @Nullable Long absent) {
        Object value = offset.get(key);
        if (value instanceof Long || value instanceof Integer) {
            return ((Number) value).longValue();
        } else if (value == null && absent != null) {
            return absent;
        }
        throw new ConnectException("Source offset " + offset + ": " + key + " must be a whole number");
    }

    private static @Nullable String text(Map<String, ?> offset, String key) {
        Object value = offset.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new ConnectException("Source offset " + offset + ": " + key + " must be text");
    }

    /** The map of a partition, with a stored hash code, because Connect needs it for every record. Immutable. */
    private static final class Read extends AbstractMap<String, Object> {

        private final Map<String, Object> map;
        private final int hashCode;

        Read(Map<String, Object> map) {
            this.map = Collections.unmodifiableMap(map);
            this.hashCode = map.hashCode();
        }

        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            return map.entrySet();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return super.equals(other);
        }

        @Override
        public int hashCode() {
            return hashCode;
        }
    }

    /**
     * The map of an offset, filled when it is first read: every record has one, but Connect stores only the last of a
     * batch. Safe for use by several threads.
     */
    private static final class Written extends AbstractMap<String, Object> {

        private final Progress progress;
        private final String topicId;
        private final RecordKind kind;

        Written(Progress progress, String topicId, RecordKind kind) {
            this.progress = progress;
            this.topicId = topicId;
            this.kind = kind;
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return kind == RecordKind.MESSAGE && RecordKind.OFFSET_KEY.equals(key) ? null : super.get(key);
        }

        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            Map<String, Object> map = new HashMap<>();
            map.put(NEXT, progress.next());
            map.put(LOW, progress.low());
            map.put(DUE, progress.dueMs());
            map.put(AT, progress.at());
            if (!progress.exceptions().isEmpty()) {
                map.put(EXCEPTIONS, progress.exceptions().text());
            }
            map.put(SETTINGS, progress.settings());
            if (!progress.earlier().isEmpty()) {
                map.put(EARLIER, writeEarlier(progress.earlier()));
            }
            if (progress.epoch() != Progress.NO_EPOCH) {
                map.put(LEADER_EPOCH, (long) progress.epoch());
                if (progress.epochEnd() != progress.next()) {
                    map.put(LEADER_EPOCH_END, progress.epochEnd());
                }
            }
            map.put(TOPIC_ID, topicId);
            kind.mark(map);
            return Collections.unmodifiableSet(map.entrySet());
        }
    }
}
