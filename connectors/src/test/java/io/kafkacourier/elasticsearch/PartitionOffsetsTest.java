/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PartitionOffsetsTest {

    private final PartitionOffsets offsets = new PartitionOffsets();

    @Test
    void hasNoMarkWhenNothingIsOnItsWay() {
        assertThat(offsets.lowWaterMark()).isEmpty();
        offsets.done(offsets.add(5, 0));
        assertThat(offsets.lowWaterMark()).isEmpty();
    }

    @Test
    void neverPassesARecordThatIsOpen() {
        long first = offsets.add(5, 0);
        long second = offsets.add(6, 0);
        long third = offsets.add(9, 0);
        offsets.done(third);
        offsets.done(second);
        assertThat(offsets.lowWaterMark()).hasValue(5);
        offsets.done(first);
        assertThat(offsets.lowWaterMark()).isEmpty();
    }

    @Test
    void countsATicketOnce() {
        long first = offsets.add(5, 0);
        offsets.done(first);
        offsets.add(6, 0);
        offsets.done(first);
        assertThat(offsets.lowWaterMark()).hasValue(6);
    }

    @Test
    void knowsSinceWhenTheOldestIsOnItsWay() {
        assertThat(offsets.oldestMs()).isEmpty();
        long first = offsets.add(5, 100);
        offsets.add(6, 200);
        assertThat(offsets.oldestMs()).hasValue(100);
        offsets.done(first);
        assertThat(offsets.oldestMs()).hasValue(200);
    }

    @Test
    void growsWithWhatIsReadBehindAnOpenRecordAndShrinksAgain() {
        long open = offsets.add(0, 0);
        for (long offset = 1; offset < 10_000; offset++) {
            offsets.done(offsets.add(offset, 0));
        }
        assertThat(offsets.heldBytes()).isBetween(170_000L, 340_000L);
        assertThat(offsets.lowWaterMark()).hasValue(0);

        offsets.done(open);

        assertThat(offsets.heldBytes()).isZero();
        assertThat(offsets.lowWaterMark()).isEmpty();
    }

    /** Against the plainest model there is: a sorted map of what is open. Each step adds a record or ends an old one. */
    @Property(tries = 300)
    void holdsTheOldestOpenOffsetInAnyOrder(@ForAll @Size(max = 600) List<@IntRange(max = 40) Integer> steps) {
        PartitionOffsets tested = new PartitionOffsets();
        TreeMap<Long, Long> open = new TreeMap<>();
        long offset = 100;
        for (int step : steps) {
            if (step < 24) {
                offset += 1 + step % 3;
                open.put(tested.add(offset, 0), offset);
            } else if (!open.isEmpty()) {
                List<Long> tickets = new ArrayList<>(open.keySet());
                long ticket = tickets.get((step - 24) % tickets.size());
                tested.done(ticket);
                open.remove(ticket);
            }
            OptionalLong expected = open.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(open.firstEntry().getValue());
            assertThat(tested.lowWaterMark()).isEqualTo(expected);
        }
    }
}
