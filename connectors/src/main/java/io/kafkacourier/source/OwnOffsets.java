/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import java.util.AbstractMap;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an offset whose transaction was never committed from being believed.
 *
 * <p>With exactly-once support Connect writes the offsets of a connector that has a topic for them to that topic, in the
 * transaction of the records. It also copies each offset to the topic that all connectors share, as soon as the broker has
 * acknowledged the first write: outside the transaction and before it is committed. If the transaction is aborted, the
 * copy stays, and a source partition without an offset in the connector's own topic gets the copy. Its records would be
 * lost.
 *
 * <p>So an offset says in which topic it counts ({@code offsets.topic}). Until one of its partition was committed there, it
 * is {@code unconfirmed} and also holds what counted before, under keys that begin with {@code before.}. Whoever reads an
 * offset that is unconfirmed, or that counts in another topic, looks up what is committed there.
 *
 * <p>Safe for use by several threads.
 */
final class OwnOffsets {

    private static final Logger log = LoggerFactory.getLogger(OwnOffsets.class);

    private static final String TOPIC = "offsets.topic";
    private static final String UNCONFIRMED = "unconfirmed";
    private static final String BEFORE = "before.";

    private final @Nullable String topic;
    private final Function<String, @Nullable Map<Map<String, Object>, Map<String, Object>>> committed;
    private final Map<String, Map<Map<String, Object>, Map<String, Object>>> looked = new HashMap<>();
    /** What the offsets of source partitions say besides that are not confirmed yet. */
    private final Map<Map<String, ?>, Map<String, Object>> unconfirmed = new ConcurrentHashMap<>();

    private final Map<String, Object> confirmed;

    /**
     * @param topic where the connector's offsets are; null if they are in the topic that all connectors share
     * @param committed the offsets of the connector that are committed in a topic, by source partition; null if there is no
     *     such topic
     */
    OwnOffsets(
            @Nullable String topic,
            Function<String, @Nullable Map<Map<String, Object>, Map<String, Object>>> committed) {
        this.topic = topic;
        this.committed = committed;
        this.confirmed = topic == null ? Map.of() : Map.of(TOPIC, topic);
    }

    /** Reads offsets as Connect's reader does, but for those that do not count. */
    OffsetStorageReader reader(OffsetStorageReader connects) {
        return new OffsetStorageReader() {
            @Override
            public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
                return restore(partition, connects.offset(partition));
            }

            @Override
            public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                Map<Map<String, T>, Map<String, Object>> read = connects.offsets(partitions);
                Map<Map<String, T>, Map<String, Object>> restored = new HashMap<>();
                for (Map<String, T> partition : partitions) {
                    Map<String, Object> offset = restore(partition, read.get(partition));
                    if (offset != null) {
                        restored.put(partition, offset);
                    }
                }
                return restored;
            }
        };
    }

    private @Nullable Map<String, Object> restore(Map<String, ?> partition, @Nullable Map<String, Object> stored) {
        if (stored == null || !(stored.get(TOPIC) instanceof String named)) {
            return begin(partition, stored);
        }
        if (named.equals(topic) && !Boolean.TRUE.equals(stored.get(UNCONFIRMED))) {
            return plain(stored);
        }
        Map<Map<String, Object>, Map<String, Object>> there = committedIn(named);
        if (there == null) {
            log.warn(
                    "The topic of offsets {} is gone, in which the offset of {} counts: it is believed unchecked",
                    named,
                    partition);
            return begin(partition, plain(stored));
        }
        Map<String, Object> offset = there.get(partition);
        if (offset == null) {
            log.warn(
                    "The transaction of the last offset of {} was not committed in {}: its records are read again",
                    partition,
                    named);
            return begin(partition, before(stored));
        }
        return named.equals(topic) ? plain(offset) : begin(partition, plain(offset));
    }

    /** Notes that nothing is committed yet where the offsets of a partition are from now on. */
    private @Nullable Map<String, Object> begin(Map<String, ?> partition, @Nullable Map<String, Object> before) {
        if (topic != null) {
            unconfirmed.put(partition, unconfirmed(topic, before));
        }
        return before;
    }

    private synchronized @Nullable Map<Map<String, Object>, Map<String, Object>> committedIn(String named) {
        Map<Map<String, Object>, Map<String, Object>> known = looked.get(named);
        if (known == null) {
            known = committed.apply(named);
            if (known != null) {
                looked.put(named, known);
            }
        }
        return known;
    }

    private static Map<String, Object> plain(Map<String, Object> offset) {
        Map<String, Object> plain = new HashMap<>(offset);
        plain.keySet().removeIf(key -> key.equals(TOPIC) || key.equals(UNCONFIRMED) || key.startsWith(BEFORE));
        return plain;
    }

    private static @Nullable Map<String, Object> before(Map<String, Object> offset) {
        Map<String, Object> before = new HashMap<>();
        offset.forEach((key, value) -> {
            if (key.startsWith(BEFORE)) {
                before.put(key.substring(BEFORE.length()), value);
            }
        });
        return before.isEmpty() ? null : before;
    }

    private static Map<String, Object> unconfirmed(String topic, @Nullable Map<String, Object> before) {
        Map<String, Object> marks = new HashMap<>(Map.of(TOPIC, topic, UNCONFIRMED, true));
        if (before != null) {
            before.forEach((key, value) -> marks.put(BEFORE + key, value));
        }
        return Collections.unmodifiableMap(marks);
    }

    /** The record, or one like it, whose offset says where it counts. */
    SourceRecord mark(SourceRecord record) {
        if (topic == null) {
            return record;
        }
        Map<String, Object> marks = unconfirmed.getOrDefault(record.sourcePartition(), confirmed);
        if (record instanceof TrackedRecord tracked) {
            tracked.mark(marks);
            return tracked;
        }
        return new SourceRecord(
                record.sourcePartition(),
                marked(record.sourceOffset(), marks),
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp(),
                record.headers());
    }

    /** Connect has written a record: with exactly-once support its transaction is committed. */
    void written(SourceRecord record) {
        if (!unconfirmed.isEmpty()) {
            unconfirmed.remove(record.sourcePartition());
        }
    }

    /** An offset with some entries more, made when it is looked at: Connect stores but the last of a batch. */
    static Map<String, ?> marked(Map<String, ?> offset, Map<String, Object> marks) {
        return new AbstractMap<String, Object>() {
            @Override
            public @Nullable Object get(@Nullable Object key) {
                Object value = offset.get(key);
                return value == null ? marks.get(key) : value;
            }

            @Override
            public Set<Map.Entry<String, Object>> entrySet() {
                Map<String, Object> all = new HashMap<>(offset);
                all.putAll(marks);
                return Collections.unmodifiableSet(all.entrySet());
            }
        };
    }
}
