/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
    }

    @Test
    void containsWhatWasAdded() {
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

    @ParameterizedTest
    @ValueSource(strings = {"x", "1,,2", "-1", "2,1", "1,1", ","})
    void refusesAnotherText(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> OffsetSet.parse(text));
    }
}
