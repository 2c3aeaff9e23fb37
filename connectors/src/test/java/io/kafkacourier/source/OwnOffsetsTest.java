/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnOffsetsTest {

    private static final Map<String, Object> PARTITION = Map.of("topic", "orders", "partition", 0L);
    private static final Map<String, Object> OTHER = Map.of("topic", "orders", "partition", 1L);

    /** What is committed in each topic of offsets that exists. */
    private final Map<String, Map<Map<String, Object>, Map<String, Object>>> committed = new HashMap<>();
    /** The copies in the topic that all connectors share, whose transactions may have been aborted. */
    private final Map<Map<String, Object>, Map<String, Object>> copies = new HashMap<>();

    private @Nullable String topic = "own";

    @Test
    void anOffsetOfACommittedTransactionCounts() {
        OwnOffsets offsets = task();
        assertThat(read(offsets)).isNull();

        commit(written(offsets, 5));
        offsets.written(record(5));
        commit(written(offsets, 7));

        assertThat(read(task())).isEqualTo(Map.of("next", 7L));
    }

    @Test
    void theFirstOffsetCountsOnceItIsCommitted() {
        OwnOffsets offsets = task();
        read(offsets);

        commit(written(offsets, 5));

        assertThat(read(task())).isEqualTo(Map.of("next", 5L));
    }

    @Test
    void theCopyOfAnAbortedFirstTransactionDoesNotCount() {
        OwnOffsets offsets = task();
        read(offsets);

        abort(written(offsets, 5));

        assertThat(read(task())).isNull();
    }

    @Test
    void afterAMoveTheCopyOfAnAbortedTransactionGivesWayToWhatCountedBefore() {
        copies.put(PARTITION, Map.of("next", 3L, "low", 2L));
        OwnOffsets offsets = task();
        assertThat(read(offsets)).isEqualTo(Map.of("next", 3L, "low", 2L));

        abort(written(offsets, 5));
        OwnOffsets second = task();
        assertThat(read(second)).isEqualTo(Map.of("next", 3L, "low", 2L));
        abort(written(second, 6));

        assertThat(read(task())).isEqualTo(Map.of("next", 3L, "low", 2L));
    }

    @Test
    void theCopyOfALaterAbortedTransactionIsNotAskedFor() {
        OwnOffsets offsets = task();
        read(offsets);
        commit(written(offsets, 5));
        offsets.written(record(5));

        abort(written(offsets, 9));

        assertThat(read(task())).isEqualTo(Map.of("next", 5L));
    }

    @Test
    void onTheWayBackToTheSharedTopicWhatIsCommittedInTheOwnOneCounts() {
        OwnOffsets offsets = task();
        read(offsets);
        commit(written(offsets, 5));
        offsets.written(record(5));
        abort(written(offsets, 9));
        topic = null;

        OwnOffsets shared = task();
        // Connect no longer reads the own topic
        Map<String, Object> read = shared.reader(reader(Map.of())).offset(PARTITION);

        assertThat(read).isEqualTo(Map.of("next", 5L));
        assertThat(written(shared, 10)).isEqualTo(Map.of("next", 10L));
    }

    @Test
    void anOffsetWhoseTopicIsGoneIsBelieved() {
        OwnOffsets offsets = task();
        read(offsets);
        abort(written(offsets, 5));

        assertThat(read(new OwnOffsets(topic, gone -> null))).isEqualTo(Map.of("next", 5L));
    }

    @Test
    void partitionsAreConfirmedOneByOne() {
        OwnOffsets offsets = task();
        offsets.reader(reader(Map.of())).offsets(List.of(PARTITION, OTHER));

        offsets.written(record(5));

        assertThat(written(offsets, 6)).isEqualTo(Map.of("next", 6L, "offsets.topic", "own"));
        assertThat(offsets.mark(record(OTHER, 6)).sourceOffset())
                .isEqualTo(Map.of("next", 6L, "offsets.topic", "own", "unconfirmed", true));
    }

    private OwnOffsets task() {
        if (topic != null) {
            committed.computeIfAbsent(topic, name -> new HashMap<>());
        }
        return new OwnOffsets(topic, committed::get);
    }

    /** Connect prefers what is committed in the connector's own topic. */
    private @Nullable Map<String, Object> read(OwnOffsets offsets) {
        return offsets.reader(reader(committed.getOrDefault("own", Map.of()))).offset(PARTITION);
    }

    private OffsetStorageReader reader(Map<Map<String, Object>, Map<String, Object>> own) {
        return new OffsetStorageReader() {
            @Override
            public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
                return own.getOrDefault(partition, copies.get(partition));
            }

            @Override
            public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                Map<Map<String, T>, Map<String, Object>> all = new HashMap<>();
                partitions.forEach(partition -> all.put(partition, offset(partition)));
                return all;
            }
        };
    }

    private static Map<String, Object> written(OwnOffsets offsets, long next) {
        return Map.copyOf(offsets.mark(record(next)).sourceOffset());
    }

    private static SourceRecord record(long next) {
        return record(PARTITION, next);
    }

    private static SourceRecord record(Map<String, Object> partition, long next) {
        return new SourceRecord(partition, Map.of("next", next), "due", null, null);
    }

    private void commit(Map<String, Object> offset) {
        committed.computeIfAbsent("own", name -> new HashMap<>()).put(PARTITION, offset);
        abort(offset);
    }

    private void abort(Map<String, Object> offset) {
        copies.put(PARTITION, offset);
    }
}
