/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownServerException;

/**
 * Decides which refusals to create a topic are final. A refusal because of too few brokers can be temporary while
 * brokers are down, and an unknown error can mean anything. So these are final only when the topic has been refused for
 * {@link #BELIEVED}. KRaft also counts brokers that are down, and then mentions registered brokers in its message: such
 * a refusal is final at once. Safe for use by several threads.
 */
final class CreationRefusals {

    static final Duration BELIEVED = Duration.ofMinutes(10);

    /**
     * From the message of StripedReplicaPlacer in Kafka's controller, which counts all brokers of the cluster, even if
     * they are down.
     */
    private static final String COUNTS_WHO_IS_AWAY = "are registered";

    private static final int CAPACITY = 1_000;

    private final Clock clock;
    private final Map<String, Long> sinceMs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > CAPACITY;
        }
    };

    CreationRefusals(Clock clock) {
        this.clock = clock;
    }

    /** Whether the cluster refused the topic, and did not just fail to answer. */
    static boolean isRefusal(Throwable cause) {
        return cause instanceof ApiException && !(cause instanceof RetriableException);
    }

    /** Notes a refusal of the topic; returns whether it is final. */
    synchronized boolean isFinal(String topic, Throwable refusal) {
        long nowMs = clock.millis();
        long firstMs = sinceMs.computeIfAbsent(topic, first -> nowMs);
        boolean mayPass = refusal instanceof UnknownServerException
                || (refusal instanceof InvalidReplicationFactorException
                        && !String.valueOf(refusal.getMessage()).contains(COUNTS_WHO_IS_AWAY));
        return !mayPass || Math.abs(nowMs - firstMs) >= BELIEVED.toMillis();
    }

    /** Forgets the refusals of a topic that exists now. */
    synchronized void forget(String topic) {
        sinceMs.remove(topic);
    }
}
