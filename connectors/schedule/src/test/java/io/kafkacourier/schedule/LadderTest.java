/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LadderTest {

    private static final long HORIZON_MS = 16_000;

    @Test
    void doublesFromTheHorizonAndGoesInStepsOfFourBelowAndFarAbove() {
        assertThat(seconds(Ladder.upTo(Duration.ofDays(30).toMillis(), HORIZON_MS)))
                .containsExactly(
                        1L,
                        4L,
                        16L,
                        32L,
                        64L,
                        128L,
                        256L,
                        512L,
                        1_024L,
                        2_048L,
                        4_096L,
                        8_192L,
                        32_768L,
                        131_072L,
                        524_288L,
                        2_097_152L);
    }

    @ParameterizedTest
    @CsvSource({"1_000, '1,2,4,8'", "1_999, '1,2,4,8'", "2_000, '1,2,4,8'", "4_000, '1,4,8'", "11_000, '1,4,8'"})
    void beginsAtTheRungBelowTheHorizon(String horizonMs, String seconds) {
        Ladder ladder = Ladder.upTo(12_000, Long.parseLong(horizonMs.replace("_", "")));

        assertThat(ladder.tiers().stream().map(tier -> Long.toString(tier.seconds())))
                .containsExactly(seconds.split(","));
    }

    @Test
    void needsNoTiersIfNoWaitIsLongerThanTheHorizon() {
        assertThat(Ladder.upTo(HORIZON_MS, HORIZON_MS).isEmpty()).isTrue();
        assertThat(Ladder.upTo(HORIZON_MS + 1, HORIZON_MS).isEmpty()).isFalse();
    }

    @Test
    void endsAtAbout97Days() {
        assertThat(seconds(Ladder.upTo(Long.MAX_VALUE, HORIZON_MS))).endsWith(2_097_152L, 8_388_608L);
    }

    @Test
    void staysInANamedTierHalfTheHorizonLessAndHasTheDefaultLadderBeneath() {
        Ladder ladder = Ladder.named(List.of(300L, 64L), HORIZON_MS);

        assertThat(ladder.tiers())
                .containsExactly(
                        new Tier(1, 1_000),
                        new Tier(4, 4_000),
                        new Tier(16, 16_000),
                        new Tier(32, 32_000),
                        new Tier(64, 56_000),
                        new Tier(128, 128_000),
                        new Tier(256, 256_000),
                        new Tier(300, 292_000));
    }

    @Test
    void refusesANamedTierThatIsNotLongerThanTheHorizon() {
        assertThat(Ladder.named(List.of(17L), HORIZON_MS).isEmpty()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ladder.named(List.of(16L), HORIZON_MS))
                .withMessage("a tier of 16 s must be longer than the horizon of 16000 ms");
    }

    @ParameterizedTest
    @CsvSource({"16_499, 4", "16_500, 16", "32_499, 16", "32_500, 32", "1_499, 1", "1_000, 1", "999999999, 512"})
    void findsTheLongestTierThatLeavesHalfASecondOrElseAny(String waitMs, long seconds) {
        Ladder ladder = Ladder.upTo(1_000_000, HORIZON_MS);

        assertThat(ladder.find(Long.parseLong(waitMs.replace("_", ""))))
                .extracting(tier -> Objects.requireNonNull(tier).seconds())
                .isEqualTo(seconds);
    }

    @Test
    void leavesAQuarterOfAShortHorizon() {
        Ladder ladder = Ladder.upTo(60_000, 1_000);

        assertThat(ladder.find(2_249)).isEqualTo(new Tier(1, 1_000));
        assertThat(ladder.find(2_250)).isEqualTo(new Tier(2, 2_000));
    }

    @Test
    void findsNoneForAWaitShorterThanEveryStay() {
        assertThat(Ladder.upTo(60_000, HORIZON_MS).find(999)).isNull();
        assertThat(Ladder.none().find(Long.MAX_VALUE)).isNull();
    }

    @Test
    void addsTiersOfALongerLadderAboveItsOwn() {
        Ladder ladder = Ladder.upTo(64_000, HORIZON_MS)
                .andLonger(List.of(4L, 40L, 0L, 64L, 300L, 2_048L, Tier.MAX_SECONDS, Tier.MAX_SECONDS + 1));

        assertThat(seconds(ladder)).containsExactly(1L, 4L, 16L, 32L, 64L, 300L, 2_048L, Tier.MAX_SECONDS);
        assertThat(ladder.find(2_048_499)).isEqualTo(new Tier(300, 300_000));
        assertThat(seconds(Ladder.none().andLonger(List.of(4L)))).containsExactly(4L);
    }

    private static List<Long> seconds(Ladder ladder) {
        return ladder.tiers().stream().map(Tier::seconds).toList();
    }
}
