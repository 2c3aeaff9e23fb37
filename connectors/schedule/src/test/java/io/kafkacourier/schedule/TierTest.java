/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 1000", "1000000000, 1000000000000"})
    void staysAtMostAsLongAsItsName(long seconds, long residenceMs) {
        assertThat(new Tier(seconds, residenceMs).residenceMs()).isEqualTo(residenceMs);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1001", "1000000001, 1"})
    void refusesAnotherStay(long seconds, long residenceMs) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tier(seconds, residenceMs))
                .withMessage("the residence of " + residenceMs + " ms in the tier of " + seconds
                        + " s must be above 0 and at most the seconds in its name");
    }
}
