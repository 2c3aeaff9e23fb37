/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connector with its own offsets topic soon delivers again after its only worker is killed. */
class RecoveryIT {

    /**
     * Mostly the start of the JVM, of Connect and of the tasks. With the workers' shared offsets topic it would be more
     * than a minute.
     */
    static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void deliversAgainWithinTwentySecondsOfAKill() {
        recovers("recovery-it", 1);
    }

    @Test
    @Tag("soak")
    void deliversAgainWithinTwentySecondsOfEachOfSixKills() {
        recovers("recovery-soak", 6);
    }

    private static void recovers(String name, int kills) {
        try (RecoveryTrial trial = new RecoveryTrial(name, Map.of("offsets.storage.topic", "delay-offsets"))) {
            trial.flow("the start");
            for (int kill = 1; kill <= kills; kill++) {
                trial.kill();
            }

            Deliveries deliveries = trial.deliveries();
            deliveries.assertEachCameOnce();
            deliveries.assertNoneCameEarly();
            List<Duration> recoveries = trial.recoveries(deliveries);
            System.out.println(name + ": delivered again after " + recoveries);
            assertThat(recoveries).allSatisfy(recovery -> assertThat(recovery).isLessThanOrEqualTo(LIMIT));
        }
    }
}
