/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetSetTest {

    private static final OffsetSet SET = OffsetSet.EMPTY.plus(12).plus(15).plus(19);

    @Test
    void comesThroughItsText() {
        assertThat(SET.text()).isEqualTo("12,15,19");
        assertThat(OffsetSet.parse("12,15,19")).isEqualTo(SET).hasSameHashCodeAs(SET);
        assertThat(OffsetSet.parse("")).isSameAs(OffsetSet.EMPTY);
        assertThat(OffsetSet.parse("0,2")).isEqualTo(OffsetSet.EMPTY.plus(0).plus(2));
        assertThat(SET).hasToString("[12,15,19]");
    }

    @Test
    void differsFromASetOfOtherOffsets() {
        assertThat(SET).isNotEqualTo(SET.plus(20)).isNotEqualTo(SET.from(13)).isNotEqualTo("12,15,19");
    }

    @Test
    void containsAddedOffsets() {
        assertThat(SET.size()).isEqualTo(3);
        assertThat(SET.contains(15)).isTrue();
        assertThat(SET.contains(16)).isFalse();
        assertThat(OffsetSet.EMPTY.contains(15)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"12, '12,15,19'", "13, '15,19'", "19, 19", "20, ''"})
    void isCutOffAtItsLowerEnd(long low, String left) {
        assertThat(SET.from(low).text()).isEqualTo(left);
    }

    @Test
    void isNotCopiedIfNothingIsCutOff() {
        assertThat(SET.from(12)).isSameAs(SET);
    }

    @Test
    void growsAfterItWasCutOff() {
        OffsetSet grown = SET.from(13);
        for (long offset = 30; offset < 40; offset += 2) {
            grown = grown.plus(offset);
        }

        assertThat(grown.text()).isEqualTo("15,19,30,32,34,36,38");
        assertThat(SET.from(13).plus(21)).isEqualTo(OffsetSet.parse("15,19,21"));
    }

    @ParameterizedTest
    @CsvSource({"12, ''", "13, 12", "15, 12", "16, '12,15'", "19, '12,15'", "20, '12,15,19'"})
    void isCutOffAtItsUpperEnd(long end, String left) {
        assertThat(SET.below(end).text()).isEqualTo(left);
    }

    @Test
    void writesNeighboursAsARange() {
        OffsetSet set = OffsetSet.EMPTY.plus(7).plus(8).plus(9).plus(12);

        assertThat(set.text()).isEqualTo("7-9,12");
        assertThat(OffsetSet.parse("7-9,12")).isEqualTo(set);
        assertThat(OffsetSet.parse("7,8,9,12")).isEqualTo(set);
        assertThat(set.from(8).text()).isEqualTo("8-9,12");
        assertThat(set.below(9).text()).isEqualTo("7-8");
        assertThat(set.size()).isEqualTo(4);
    }

    @Property
    void isTheSetOfAddedOffsets(
            @ForAll @Size(max = 600) List<@IntRange(min = 1, max = 5) Integer> steps,
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long first,
            @ForAll @DoubleRange(min = 0, max = 1) double low,
            @ForAll @DoubleRange(min = 0, max = 1) double end) {
        OffsetSet set = OffsetSet.EMPTY;
        TreeSet<Long> model = new TreeSet<>();
        List<OffsetSet> earlier = new ArrayList<>();
        long offset = first;
        for (int step : steps) {
            offset += step > 3 ? 1 : step;
            set = set.plus(offset);
            model.add(offset);
            earlier.add(set);
        }
        long lowest = first + (long) (low * (offset - first + 2));
        long highest = first + (long) (end * (offset - first + 2));

        OffsetSet read = OffsetSet.parse(set.text());
        assertThat(read).isEqualTo(set).hasSameHashCodeAs(set);
        assertSame(read, model, first, offset);
        assertSame(set.from(lowest), model.tailSet(lowest), lowest, offset);
        assertSame(
                set.from(lowest).below(highest), new TreeSet<>(model.tailSet(lowest)).headSet(highest), lowest, offset);
        assertSame(OffsetSet.parse(set.from(lowest).text()), model.tailSet(lowest), lowest, offset);
        for (int i = 0; i < earlier.size(); i += 50) {
            assertThat(earlier.get(i).size()).as("a set to which was added").isEqualTo(i + 1L);
            assertThat(earlier.get(i).plus(offset + 9).size()).isEqualTo(i + 2L);
        }
    }

    private static void assertSame(OffsetSet set, SortedSet<Long> model, long from, long to) {
        assertThat(set.size()).isEqualTo(model.size());
        for (long offset = from; offset <= to + 1; offset++) {
            assertThat(set.contains(offset)).isEqualTo(model.contains(offset));
        }
    }

    @Test
    void hasATextThatIsBoundedAsLongAsThereIsRoom() {
        OffsetSet near = OffsetSet.EMPTY;
        for (long offset = 1_000_000_000_000L; !near.isFullFor(offset); offset += 2) {
            near = near.plus(offset);
        }
        OffsetSet far = OffsetSet.EMPTY;
        for (long offset = 1_000_000_000_000L; !far.isFullFor(offset); offset += 1_000_000) {
            far = far.plus(offset).plus(offset + 1);
        }

        assertThat(near.text()).hasSizeLessThan(17_000);
        assertThat(far.text()).hasSizeLessThan(17_000);
        assertThat(OffsetSet.parse(near.text())).isEqualTo(near);
        assertThat(OffsetSet.parse(far.text())).isEqualTo(far);
    }

    @Test
    void isFullIfBothItsRangesAndItsSpanReachTheirBounds() {
        long first = 1_000_000_000_000L;
        OffsetSet oneLess = every(2, OffsetSet.MAX_RANGES - 1, first);
        OffsetSet full = every(2, OffsetSet.MAX_RANGES, first);

        assertThat(oneLess.isFullFor(first + OffsetSet.MAX_SPAN)).isFalse();
        assertThat(full.isFullFor(first + OffsetSet.MAX_SPAN - 1)).isFalse();
        assertThat(full.isFullFor(first + OffsetSet.MAX_SPAN)).isTrue();
        assertThat(full.from(first + 2).isFullFor(first + 2 + OffsetSet.MAX_SPAN))
                .isFalse();
    }

    @Test
    void isWrittenAsAListThatPeopleCanReadIfItIsShort() {
        OffsetSet cut = every(2, 12, 1_000).from(1_008);

        assertThat(every(2, 8, 1_000).text()).isEqualTo("1000,1002,1004,1006,1008,1010,1012,1014");
        assertThat(cut.text()).isEqualTo("1008,1010,1012,1014,1016,1018,1020,1022");
        assertThat(every(2, 9, 1_000).text()).isEqualTo("1000+VVUB");
    }

    /** Nine offsets of four digits are 36 digits, and so are the bits of 216 offsets. */
    @Test
    void isWrittenAsAListUnlessTheBitsAreShorter() {
        assertThat(every(27, 9, 1_000).text()).startsWith("1000,1027,").endsWith(",1216");
        assertThat(every(26, 9, 1_000).text()).startsWith("1000+");
        assertThat(every(40, 20, 1_000).from(1_400).text()).startsWith("1400,1440,");
    }

    private static OffsetSet every(long step, int count, long first) {
        OffsetSet set = OffsetSet.EMPTY;
        for (int i = 0; i < count; i++) {
            set = set.plus(first + i * step);
        }
        return set;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "+5", "1,,2", "-1", "2,1", "1,1", ",", "3-1", "1-3,3", "1-", "5+", "5+Ag", "5+!", "-5+AQ"})
    void refusesAnotherText(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> OffsetSet.parse(text));
    }
}
