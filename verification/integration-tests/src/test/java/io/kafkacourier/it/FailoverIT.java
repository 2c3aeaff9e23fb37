/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three brokers, three replicas and two workers: whatever fails, each message arrives once and none early. The test
 * prints the latenesses.
 */
class FailoverIT {

    private static final DelayTrial.Size ALL =
            new DelayTrial.Size(15_000, 15_000, 3_000, 3_000, 0, Duration.ofSeconds(12));
    private static final DelayTrial.Size BROKERS =
            new DelayTrial.Size(6_000, 15_000, 3_000, 3_000, 0, Duration.ofSeconds(8));

    /** Settings with which a failed broker is replaced in a third of the time. */
    private static final Map<String, String> SHORT_SESSIONS =
            Map.of("broker.session.timeout.ms", "3000", "broker.heartbeat.interval.ms", "500");

    @Test
    @Tag("soak")
    void eachMessageComesOnceAndNoneEarlyWhateverFails() {
        try (DelayTrial trial = delayTrial("failover-delay", Map.of(), ALL)) {
            trial.runFailovers();

            assertEachCameOnceAndReport(trial, "broker.session.timeout.ms=9000");
        }
    }

    @Test
    @Tag("long")
    void brokersWithShortSessionsAreReplacedSooner() {
        try (DelayTrial trial = delayTrial("failover-sessions", SHORT_SESSIONS, BROKERS)) {
            trial.runBrokerFailovers();

            assertEachCameOnceAndReport(trial, "broker.session.timeout.ms=3000");
        }
    }

    @Test
    @Tag("soak")
    void eachFailureIsOneRetryOrOneDeadLetterWhateverFails() {
        try (Cluster cluster = Cluster.startReplicated("failover-retry", Map.of())) {
            RetryTrial trial = new RetryTrial(
                    cluster, new RetryTrial.Size(8_000, 0), Map.of("offsets.storage.topic", "retry-offsets"));
            trial.runFailovers();

            trial.assertEachCameOnce();
        }
    }

    private static DelayTrial delayTrial(String name, Map<String, String> brokerSettings, DelayTrial.Size size) {
        return new DelayTrial(
                Cluster.startReplicated(name, brokerSettings), size, Map.of("offsets.storage.topic", "delay-offsets"));
    }

    private static void assertEachCameOnceAndReport(DelayTrial trial, String settings) {
        DelayTrial.Outcome outcome = trial.outcome();
        outcome.asked().assertEachCameOnce();
        outcome.asked().assertNoneCameEarly();
        outcome.fixed().assertEachCameOnce();
        outcome.fixed().assertNoneCameEarly();
        outcome.fixed().assertSameKeyAndDelayCameInOrder();
        System.out.println("Lateness with " + settings + ":");
        trial.latenesses(outcome).forEach(line -> System.out.println("  " + line));
    }
}
