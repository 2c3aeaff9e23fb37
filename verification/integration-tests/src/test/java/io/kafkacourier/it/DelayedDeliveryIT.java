/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Delays of any length, through several tiers, on two workers. */
class DelayedDeliveryIT {

    private static final DelayTrial.Size SMALL =
            new DelayTrial.Size(8_000, 12_000, 2_000, 3_000, 4, Duration.ofSeconds(2));
    /**
     * With enough time between the write of a message and its next stay, so that messages stay in order on a slow
     * machine.
     */
    private static final DelayTrial.Size SMALL_IN_ORDER =
            new DelayTrial.Size(8_000, 16_000, 4_000, 3_000, 0, Duration.ofSeconds(3));

    private static final DelayTrial.Size FULL =
            new DelayTrial.Size(50_000, 40_000, 4_000, 3_000, 20, Duration.ofSeconds(4));
    private static final DelayTrial.Size FULL_IN_ORDER =
            new DelayTrial.Size(50_000, 40_000, 4_000, 3_000, 0, Duration.ofSeconds(12));

    /**
     * The connector's offsets are in the shared topic, where the first worker after a kill of all workers waits for
     * their transactions.
     */
    private static final Map<String, String> IN_THE_SHARED_TOPIC = Map.of();

    private static final Map<String, String> IN_ITS_OWN_TOPIC = Map.of("offsets.storage.topic", "delay-offsets");

    @Test
    void eachMessageComesOnceAndNoneEarlyWhateverIsKilledOrChanged() {
        disturbed("delayed-delivery-it", SMALL, IN_ITS_OWN_TOPIC);
    }

    @Test
    @Tag("long")
    void eachMessageComesOnceAndNoneEarlyWithOffsetsInTheSharedTopic() {
        disturbed("delayed-delivery-shared", SMALL, IN_THE_SHARED_TOPIC);
    }

    @Test
    @Tag("soak")
    void eachOfFiftyThousandMessagesComesOnceAndNoneEarlyWhateverIsKilledOrChanged() {
        disturbed("delayed-delivery-soak", FULL, IN_ITS_OWN_TOPIC);
    }

    @Test
    void messagesOfTheSameKeyAndDelayKeepTheirOrder() {
        undisturbed("delay-order-it", SMALL_IN_ORDER);
    }

    @Test
    @Tag("soak")
    void fiftyThousandMessagesOfTheSameKeyAndDelayKeepTheirOrder() {
        undisturbed("delay-order-soak", FULL_IN_ORDER);
    }

    private static void disturbed(String name, DelayTrial.Size size, Map<String, String> offsets) {
        try (DelayTrial trial = new DelayTrial(Cluster.start(name, 2, worker -> {}), size, offsets)) {
            trial.runDisturbed();

            DelayTrial.Outcome outcome = trial.outcome();
            outcome.asked().assertEachCameOnce();
            outcome.asked().assertNoneCameEarly();
            outcome.fixed().assertEachCameOnce();
            outcome.fixed().assertNoneCameEarly();
            outcome.fixed().assertSameKeyAndDelayCameInOrder();
        }
    }

    private static void undisturbed(String name, DelayTrial.Size size) {
        try (DelayTrial trial = new DelayTrial(Cluster.start(name, 2, worker -> {}), size, IN_ITS_OWN_TOPIC)) {
            trial.runUndisturbed();

            DelayTrial.Outcome outcome = trial.outcome();
            outcome.asked().assertEachCameOnce();
            outcome.asked().assertNoneCameEarly();
            outcome.asked().assertSameKeyAndDelayCameInOrder();
            outcome.fixed().assertEachCameOnce();
            outcome.fixed().assertNoneCameEarly();
            outcome.fixed().assertSameKeyAndDelayCameInOrder();
        }
    }
}
