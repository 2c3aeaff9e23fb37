/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** Limits how long to wait for answers of a cluster. */
public final class Patience {

    private final LongSupplier leftMs;

    private Patience(LongSupplier leftMs) {
        this.leftMs = leftMs;
    }

    /** Waits up to {@code limit} for each answer. */
    public static Patience forEach(Duration limit) {
        return new Patience(limit::toMillis);
    }

    /** Waits up to {@code limit}, from now on, for all answers together. */
    public static Patience forAll(Duration limit, Clock clock) {
        long endMs = clock.millis() + limit.toMillis();
        return new Patience(() -> Math.max(0, Math.min(limit.toMillis(), endMs - clock.millis())));
    }

    /**
     * Waits for an answer.
     *
     * @throws KafkaException the failure that the cluster reported, or a {@link TimeoutException} if it did not answer
     *     in time
     */
    public <T> T get(Future<T> answer) {
        long limitMs = leftMs.getAsLong();
        try {
            return answer.get(limitMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("The cluster did not answer within " + limitMs + " ms", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
