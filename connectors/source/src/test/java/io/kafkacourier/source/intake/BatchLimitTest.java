/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchLimitTest {

    private static final long MIB = 1024 * 1024;
    private static final long SLOW = Duration.ofSeconds(5).toNanos();
    private static final long QUICK = Duration.ofSeconds(1).toNanos();

    private long nanos = Long.MAX_VALUE - 1_000;
    private final BatchLimit limit = new BatchLimit(8 * MIB, () -> nanos);

    @BeforeEach
    void growToAMebibyte() {
        assertThat(limit.bytes()).isEqualTo(64 * 1024);
        for (int quick = 0; quick < 2; quick++) {
            batch(limit.bytes(), 0);
        }
    }

    @Test
    void growsToTheMaximumWhileFullBatchesAreQuick() {
        assertThat(limit.bytes()).isEqualTo(MIB);
        batch(limit.bytes(), QUICK - 1);
        assertThat(limit.bytes()).isEqualTo(4 * MIB);
        batch(limit.bytes(), 0);
        assertThat(limit.bytes()).isEqualTo(8 * MIB);
        batch(limit.bytes(), 0);
        assertThat(limit.bytes()).isEqualTo(8 * MIB);
    }

    @Test
    void doesNotChangeIfBatchesAreNeitherQuickNorSlow() {
        batch(limit.bytes(), QUICK);
        assertThat(limit.bytes()).isEqualTo(MIB);
        batch(limit.bytes(), SLOW);
        assertThat(limit.bytes()).isEqualTo(MIB);
    }

    @Test
    void isHalvedByASlowBatchDownToTheLeast() {
        batch(limit.bytes(), SLOW + 1);
        assertThat(limit.bytes()).isEqualTo(MIB / 2);
        for (int slow = 0; slow < 10; slow++) {
            batch(1, 10 * SLOW);
        }
        assertThat(limit.bytes()).isEqualTo(64 * 1024);
        batch(limit.bytes(), 0);
        assertThat(limit.bytes()).isEqualTo(256 * 1024);
    }

    @Test
    void learnsNothingFromAQuickBatchOfLessThanHalfTheLimit() {
        batch(MIB / 2 - 1, 0);
        assertThat(limit.bytes()).isEqualTo(MIB);
        batch(MIB / 2, 0);
        assertThat(limit.bytes()).isEqualTo(4 * MIB);
    }

    @Test
    void learnsOnceFromABatch() {
        batch(limit.bytes(), SLOW + 1);
        nanos += SLOW + 1;
        limit.asked();

        assertThat(limit.bytes()).isEqualTo(MIB / 2);
    }

    @Test
    void neverExceedsAMaximumBelowWhereItBeginsOrBelowTheLeast() {
        assertThat(new BatchLimit(1_000, () -> nanos).bytes()).isEqualTo(1_000);
        BatchLimit small = new BatchLimit(1, () -> nanos);
        small.handedOut(100);
        nanos += SLOW + 1;
        small.asked();

        assertThat(small.bytes()).isEqualTo(1);
    }

    private void batch(long bytes, long tookNanos) {
        limit.handedOut(bytes);
        nanos += tookNanos;
        limit.asked();
    }
}
