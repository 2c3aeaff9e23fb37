/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {

    private static final long LOWEST = 0x80_00000000000000L;
    private static final long MIDDLE = 0x80_80000000000000L;
    private static final long HIGHEST = 0x80_ffffffffffffffL;

    private final Ids ids = Ids.system();

    @Test
    void samplesAllOrNone() {
        assertThat(new Sampler(1).sampled(LOWEST)).isTrue();
        assertThat(new Sampler(1).sampled(HIGHEST)).isTrue();
        assertThat(new Sampler(0).sampled(LOWEST)).isFalse();
        assertThat(new Sampler(0).sampled(HIGHEST)).isFalse();
    }

    @Test
    void decidesByTheLastSevenBytes() {
        assertThat(new Sampler(0.5).sampled(MIDDLE)).isTrue();
        assertThat(new Sampler(0.5).sampled(0x80_7fffffffffffffL)).isFalse();
    }

    @Test
    void samplesAboutTheRatioOfNewTraces() {
        long sampled = LongStream.generate(ids::low)
                .limit(20_000)
                .filter(new Sampler(0.1)::sampled)
                .count();

        assertThat(sampled).isBetween(1_700L, 2_300L);
    }

    @Property
    void samplesWithAHigherRatioEverythingThatALowerRatioSamples(
            @ForAll @DoubleRange(min = 0, max = 1) double one, @ForAll @DoubleRange(min = 0, max = 1) double other) {
        long traceLow = ids.low();

        boolean low = new Sampler(Math.min(one, other)).sampled(traceLow);
        boolean high = new Sampler(Math.max(one, other)).sampled(traceLow);

        assertThat(high || !low).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesOtherRatios(double ratio) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sampler(ratio))
                .withMessage("a sampling ratio must be 0 <= ratio <= 1, and is " + ratio);
    }
}
