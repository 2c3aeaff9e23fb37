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
 * Which refusals to create a topic are final. One for too few brokers is what a cluster says that lacks some for a while, and
 * an unknown error may be anything, so that these are believed only when the topic has been refused for {@link #BELIEVED}.
 * KRaft counts brokers that are away too, and says that it counts those that are registered: that will not pass. Safe for use
 * by several threads.
 */
final class CreationRefusals {

    static final Duration BELIEVED = Duration.ofMinutes(10);

    /** From StripedReplicaPlacer of Kafka's controller: all brokers that the cluster has, whether or not they are there. */
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

    /** Whether the cluster has refused the topic, and did not merely fail to answer. */
    static boolean isRefusal(Throwable cause) {
        return cause instanceof ApiException && !(cause instanceof RetriableException);
    }

    /** The topic was refused now; whether no later attempt is to be waited for. */
    synchronized boolean isFinal(String topic, Throwable refusal) {
        long nowMs = clock.millis();
        long firstMs = sinceMs.computeIfAbsent(topic, first -> nowMs);
        boolean mayPass = refusal instanceof UnknownServerException
                || (refusal instanceof InvalidReplicationFactorException
                        && !String.valueOf(refusal.getMessage()).contains(COUNTS_WHO_IS_AWAY));
        return !mayPass || Math.abs(nowMs - firstMs) >= BELIEVED.toMillis();
    }

    /** The topic was created, or is there. */
    synchronized void forget(String topic) {
        sinceMs.remove(topic);
    }
}
