/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class PartitionOffsetsTest {

    private final PartitionOffsets offsets = new PartitionOffsets();

    @Test
    void hasNoMarkWhenNothingIsPending() {
        assertThat(offsets.lowWaterMark()).isEmpty();
        add(5, 0).settle();
        assertThat(offsets.lowWaterMark()).isEmpty();
    }

    @Test
    void neverPassesARecordThatIsPending() {
        PendingRecord first = add(5, 0);
        PendingRecord second = add(6, 0);
        PendingRecord third = add(9, 0);
        third.settle();
        second.settle();
        assertThat(offsets.lowWaterMark()).hasValue(5);
        first.settle();
        assertThat(offsets.lowWaterMark()).isEmpty();
    }

    @Test
    void settlesARecordOnce() {
        PendingRecord first = add(5, 0);
        first.settle();
        add(6, 0);
        first.settle();
        assertThat(offsets.lowWaterMark()).hasValue(6);
    }

    @Test
    void knowsSinceWhenTheOldestIsPending() {
        assertThat(offsets.oldestMs()).isEmpty();
        PendingRecord first = add(5, 100);
        add(6, 200);
        assertThat(offsets.oldestMs()).hasValue(100);
        first.settle();
        assertThat(offsets.oldestMs()).hasValue(200);
    }

    /** One record that waits for days must not let memory grow with every later record of its partition. */
    @Test
    void keepsNothingOfWhatIsSettledBehindAPendingRecord() {
        add(0, 0);
        List<WeakReference<PendingRecord>> settled = new ArrayList<>();
        for (long offset = 1; offset < 1_000; offset++) {
            PendingRecord pending = add(offset, 0);
            pending.settle();
            settled.add(new WeakReference<>(pending));
        }
        await().untilAsserted(() -> {
            System.gc();
            assertThat(settled).allMatch(reference -> reference.get() == null);
        });
        assertThat(offsets.lowWaterMark()).hasValue(0);
    }

    /** Compared with the plainest model: a sorted map of what is pending. Each step adds a record or settles an old one. */
    @Property(tries = 300)
    void holdsTheOldestPendingOffsetInAnyOrder(@ForAll @Size(max = 600) List<@IntRange(max = 40) Integer> steps) {
        PartitionOffsets tested = new PartitionOffsets();
        TreeMap<Long, PendingRecord> open = new TreeMap<>();
        long offset = 100;
        for (int step : steps) {
            if (step < 24) {
                offset += 1 + step % 3;
                open.put(offset, tested.add(record(offset), offset, 0, 1));
            } else if (!open.isEmpty()) {
                List<Long> pending = new ArrayList<>(open.keySet());
                long settled = pending.get((step - 24) % pending.size());
                Objects.requireNonNull(open.remove(settled)).settle();
            }
            OptionalLong expected = open.isEmpty() ? OptionalLong.empty() : OptionalLong.of(open.firstKey());
            assertThat(tested.lowWaterMark()).isEqualTo(expected);
        }
    }

    private PendingRecord add(long offset, long nowMs) {
        return offsets.add(record(offset), offset, nowMs, 1);
    }

    private static SinkRecord record(long offset) {
        return new SinkRecord("t", 0, null, null, null, "v", offset, 0L, TimestampType.CREATE_TIME);
    }
}
