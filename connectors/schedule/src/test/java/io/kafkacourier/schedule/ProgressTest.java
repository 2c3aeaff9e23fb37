/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

    @ParameterizedTest
    @CsvSource({"5, 6, 0, -1", "5, -1, 0, -1", "5, 5, -1, -1", "5, 5, 0, -2", "5, 5, 0, 5"})
    void refusesNumbersThatContradictEachOther(long next, long low, long dueMs, long at) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Progress(next, low, dueMs, at, OffsetSet.EMPTY, ""))
                .withMessageContaining("must be")
                .withMessageContaining("next " + next);
    }

    @ParameterizedTest
    @CsvSource({"2, -1, -1", "2, 0, -2", "2, 0, 2"})
    void refusesEarlierNumbersThatContradictEachOther(long end, long dueMs, long at) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Progress.Earlier(end, dueMs, at, ""))
                .withMessageContaining("below end " + end);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "2, 2", "3, 2", "2, 6"})
    void refusesEarlierEndsThatDoNotRiseUpToTheNextOffset(long one, long other) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> progress(earlier(one, 0, -1), earlier(other, 0, -1)))
                .withMessage("the ends of earlier progress must rise, and be above 0 and at most next 5");
    }

    @Test
    void mayHaveReadNothingUnderItsOwnSettings() {
        assertThat(progress(earlier(5, 0, -1)).earlier()).hasSize(1);
    }

    @Test
    void isLeftAloneByACutBehindIt() {
        Progress progress = progress(earlier(3, 0, -1));

        assertThat(progress.truncate(5)).isSameAs(progress);
    }

    @Test
    void forgetsWhatWasCutOff() {
        Progress progress = progress(earlier(2, 1_010, 1), earlier(3, 1_020, 2), earlier(4, 1_030, 3));

        assertThat(progress.truncate(2)).isEqualTo(cut(2, 1, earlier(2, 1_010, 1)));
        assertThat(progress.truncate(1)).isEqualTo(cut(1, 0, earlier(1, 1_010, 0)));
        assertThat(progress.truncate(0)).isEqualTo(cut(0, -1));
        assertThat(progress.truncate(4).epoch()).isEqualTo(Progress.NO_EPOCH);
        assertThat(progress.truncate(4).low()).isEqualTo(3);
    }

    /** Of records up to 5, the lowest held at 3, the last released at 4, with an exception at 3. */
    private static Progress progress(Progress.Earlier... earlier) {
        return new Progress(5, 3, 1_040, 4, OffsetSet.EMPTY.plus(3), "settings", List.of(earlier), 7);
    }

    private static Progress cut(long end, long at, Progress.Earlier... earlier) {
        return new Progress(end, end, 1_040, at, OffsetSet.EMPTY, "settings", List.of(earlier), Progress.NO_EPOCH);
    }

    private static Progress.Earlier earlier(long end, long dueMs, long at) {
        return new Progress.Earlier(end, dueMs, at, "earlier");
    }
}
