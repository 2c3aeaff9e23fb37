/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
}
