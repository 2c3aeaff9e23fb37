/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A connector moves from the shared offsets topic to its own, as {@code docs/recovery.md} describes. */
class OffsetsTopicIT {

    private static final String OFFSETS = "delay-offsets";

    @Test
    void messagesThatWaitThroughAMoveOfTheOffsetsAreDeliveredOnce() {
        try (RecoveryTrial trial = new RecoveryTrial("offsets-move-it", Map.of())) {
            trial.flow("the start");
            trial.moveOffsets(OFFSETS);
            trial.flow("the move");
            trial.kill();

            Deliveries deliveries = trial.deliveries();
            deliveries.assertEachCameOnce();
            deliveries.assertNoneCameEarly();
            assertThat(trial.recoveries(deliveries))
                    .singleElement()
                    .satisfies(recovery -> assertThat(recovery).isLessThanOrEqualTo(RecoveryIT.LIMIT));
        }
    }
}
