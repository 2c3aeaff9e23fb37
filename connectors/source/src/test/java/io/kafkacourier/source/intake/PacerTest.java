/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacerTest {

    private static final long INTERVAL = 10_000_000;
    private static final long REST = 5_000_000;
    private static final long STRETCHED = 200_000_000;

    /** So that the ticks overflow within a second. */
    private long nanos = Long.MAX_VALUE - 1_000;

    private final Pacer pacer = new Pacer(() -> nanos, waited -> nanos += waited);

    @Test
    void beginsAtOnce() {
        assertThat(pacer.untilRoundNanos()).isZero();
        assertThat(pacer.untilWholeNanos()).isZero();
        assertThat(pacer.isFull()).isFalse();
    }

    @Test
    void beginsARoundTenMillisecondsAfterTheLastThatFoundSomething() {
        pacer.found(false);

        nanos += INTERVAL - 1;
        assertThat(pacer.untilRoundNanos()).isEqualTo(1);
        nanos++;
        assertThat(pacer.untilRoundNanos()).isZero();
        nanos++;
        assertThat(pacer.untilRoundNanos()).isZero();
    }

    @Test
    void beginsARoundTenMillisecondsAfterABatchThatWasCommittedQuickly() {
        pacer.handedOut(true);
        nanos += INTERVAL - REST - 1;
        pacer.asked();

        nanos += REST;
        assertThat(pacer.untilRoundNanos()).isEqualTo(1);
        nanos++;
        assertThat(pacer.untilRoundNanos()).isZero();
    }

    @Test
    void beginsARoundFiveMillisecondsAfterABatchWasCommittedLater() {
        pacer.handedOut(true);
        nanos += INTERVAL - REST + 1;
        pacer.asked();

        nanos += REST - 1;
        assertThat(pacer.untilRoundNanos()).isEqualTo(1);
        nanos++;
        assertThat(pacer.untilRoundNanos()).isZero();
    }

    @Test
    void spacesBatchesWhileTheTickerOverflows() {
        nanos = Long.MAX_VALUE - REST - 1;
        Pacer overflowing = new Pacer(() -> nanos, waited -> nanos += waited);
        overflowing.handedOut(true);
        overflowing.asked();

        assertThat(overflowing.untilRoundNanos()).isEqualTo(INTERVAL);
    }

    @Test
    void restsOncePerBatch() {
        pacer.handedOut(true);
        nanos += INTERVAL;
        pacer.asked();
        nanos += REST;
        pacer.asked();

        assertThat(pacer.untilRoundNanos()).isZero();
    }

    @Test
    void doesNotWaitAfterAFullRound() {
        pacer.found(true);
        pacer.handedOut(true);
        pacer.asked();
        assertThat(pacer.isFull()).isTrue();
        assertThat(pacer.untilRoundNanos()).isZero();

        pacer.foundNothing();
        assertThat(pacer.isFull()).isFalse();
    }

    @Test
    void keepsBackRecordsThatAreNotUrgentForTwoHundredMillisecondsAfterABatchThatLeftNone() {
        pacer.handedOut(true);

        nanos += STRETCHED - 1;
        assertThat(pacer.untilWholeNanos()).isEqualTo(1);
        pacer.handedOut(false);
        assertThat(pacer.untilWholeNanos()).isEqualTo(1);
        nanos++;
        assertThat(pacer.untilWholeNanos()).isZero();
        nanos++;
        assertThat(pacer.untilWholeNanos()).isZero();
    }

    @Test
    void waitsUntilTheRoundMayBegin() {
        long before = nanos;
        pacer.awaitRound();
        assertThat(nanos - before).isZero();

        pacer.found(false);
        pacer.awaitRound();
        assertThat(nanos - before).isEqualTo(INTERVAL);
    }
}
