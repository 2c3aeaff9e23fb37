/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the clock of the cluster's controller, the only clock that a client can query: brokers only write their time
 * into records of topics with {@code LogAppendTime}. This needs KRaft, and DESCRIBE on the cluster; without them,
 * clocks are not compared.
 *
 * <p>It asks every {@link #INTERVAL} in the background. The first time, and when the worker's clock has stepped, it
 * waits for the answer, at most for {@link #PATIENCE}, so that an outdated comparison is never used. For one thread at
 * a time.
 */
final class ControllerClock implements ClusterClock {

    static final Duration INTERVAL = Duration.ofMinutes(1);
    /**
     * The interval without the permission, because each denied request is a line in the log of the cluster's
     * authorizer.
     */
    static final Duration RARELY = Duration.ofHours(1);

    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The smallest difference that is logged. */
    static final Duration CONSPICUOUS = Duration.ofSeconds(10);

    /** The largest change within a minute that is not a step of the clock. */
    static final Duration STEP = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ControllerClock.class);

    private final Supplier<CompletableFuture<OptionalLong>> question;
    private final Clock clock;
    private final LongSupplier ticker;
    private @Nullable CompletableFuture<OptionalLong> asked;
    private boolean wasAsked;
    private long askedMs;
    private long askedNanos;
    private long aheadMs;
    private boolean isFailureKnown;
    private Duration interval = INTERVAL;

    /**
     * @param question asks for the cluster's time, epoch ms; empty if the cluster does not report it
     * @param clock the worker's clock
     * @param ticker nanoseconds from any origin, without steps
     */
    ControllerClock(Supplier<CompletableFuture<OptionalLong>> question, Clock clock, LongSupplier ticker) {
        this.question = question;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Asks a cluster. */
    static CompletableFuture<OptionalLong> ask(Admin admin) {
        return admin.describeMetadataQuorum()
                .quorumInfo()
                .thenApply(ControllerClock::ofLeader)
                .toCompletionStage()
                .toCompletableFuture();
    }

    /** The leader reports its own current time as the time at which it was last caught up. */
    private static OptionalLong ofLeader(QuorumInfo quorum) {
        return quorum.voters().stream()
                .filter(voter -> voter.replicaId() == quorum.leaderId())
                .map(QuorumInfo.ReplicaState::lastCaughtUpTimestamp)
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    @Override
    public long aheadMs() {
        long sinceNanos = ticker.getAsLong() - askedNanos;
        long sinceMs = clock.millis() - askedMs;
        if (!wasAsked || Math.abs(sinceMs - TimeUnit.NANOSECONDS.toMillis(sinceNanos)) > STEP.toMillis()) {
            aheadMs = 0;
            ask();
            await();
        } else if (asked == null && sinceNanos >= interval.toNanos()) {
            ask();
        }
        take();
        return aheadMs;
    }

    private void ask() {
        wasAsked = true;
        askedMs = clock.millis();
        askedNanos = ticker.getAsLong();
        asked = question.get();
    }

    private void await() {
        try {
            if (asked != null) {
                asked.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException e) {
            log.debug("The cluster did not report its time within {}", PATIENCE);
        } catch (ExecutionException e) {
            log.debug("The cluster does not report its time", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Uses an answer that has arrived. The request was sent before the time in the answer. */
    private void take() {
        CompletableFuture<OptionalLong> answer = asked;
        if (answer == null || !answer.isDone()) {
            return;
        }
        asked = null;
        if (answer.isCompletedExceptionally()) {
            failed(answer.handle((time, thrown) -> thrown).join());
            return;
        }
        interval = INTERVAL;
        OptionalLong clusterMs = answer.join();
        aheadMs = clusterMs.isPresent() ? Math.max(0, askedMs - clusterMs.getAsLong()) : 0;
        if (aheadMs >= CONSPICUOUS.toMillis()) {
            log.error(
                    "The clock of this worker is {} s ahead of the clock of the cluster's controller: messages are"
                            + " delivered that much too early. Synchronise the clocks",
                    aheadMs / 1_000);
        }
    }

    private void failed(Throwable failure) {
        aheadMs = 0;
        interval = isForGood(failure) ? RARELY : INTERVAL;
        if (!isFailureKnown) {
            isFailureKnown = true;
            log.info(
                    "The clock of this worker is not compared with the clock of the cluster. The comparison needs"
                            + " DESCRIBE on the cluster, and KRaft: {}",
                    failure.toString());
        }
    }

    private static boolean isForGood(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof AuthorizationException || cause instanceof UnsupportedVersionException;
    }
}
