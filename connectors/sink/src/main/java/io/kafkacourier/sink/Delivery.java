/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import io.kafkacourier.core.log.Reminder;
import io.kafkacourier.sink.DeliverySettings.OnDestinationFault;
import io.kafkacourier.sink.DestinationQueue.Limits;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers records to the target system, whatever that does. Owned by the task's thread, which calls {@link #advance} again
 * and again; only {@link #await} waits.
 *
 * <ul>
 *   <li>A record is settled, which lets its offset be committed, only when it is written, its report to the dead letter topic
 *       is durable, or the configuration says to skip it.
 *   <li>Every accepted record is in exactly one place: the queue of its destination, a request, the {@link Quarantine}, or
 *       the {@link Refusals}.
 *   <li>A faulty destination stops that destination. A bad record stops that record. A failure of the target system stops
 *       everything for a back-off; then reading goes on, and one request at a time is tried, without limit. The {@link
 *       ReplyHandler} decides which of these it is.
 *   <li>Records of partitions that were taken away are dropped: the next owner reads them again.
 * </ul>
 */
final class Delivery {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    /** How often a problem that lasts is logged. */
    private static final Duration REMIND = Duration.ofMinutes(1);
    /** How often the task's thread looks for replies. */
    private static final long REPLY_POLL_MS = 20;
    /** How often it looks whether destinations are set up. */
    private static final long SETUP_POLL_MS = 50;
    /** How long the target system may wait for a destination that is not available; at most half of the request timeout. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** The same while the destination is known to be faulty: it will be probed again soon. */
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);
    /** In the metrics, the name of a fault of the setup. */
    private static final String SETUP = "setup";

    private final TargetSystem target;
    private final long bufferMaxBytes;
    private final Duration patience;
    private final Duration probePatience;
    private final Requests requests;
    private final Refusals refusals;
    private final DeliveryMetrics metrics;
    private final LongSupplier tickerMs;
    private final Reminder reminder;
    private final Offsets offsets = new Offsets();
    private final ConcurrencyLimit concurrency;
    private final CircuitBreaker breaker;
    private final DestinationQueues queues;
    private final Quarantine quarantine;
    private final HeldMemory memory = new HeldMemory();
    private final ReplyHandler replies;

    private @Nullable ConnectException failure;

    /** @param tickerMs milliseconds that never go back, from any start */
    Delivery(
            TargetSystem target,
            DeliverySettings settings,
            Refusals refusals,
            Supplier<ExponentialBackoff> backoffs,
            DeliveryMetrics metrics,
            LongSupplier tickerMs) {
        this.target = target;
        this.bufferMaxBytes = settings.bufferMaxBytes();
        this.patience = min(PATIENCE, target.requestTimeout().dividedBy(2));
        this.probePatience = min(PROBE_PATIENCE, patience);
        this.requests = new Requests(target.transport());
        this.refusals = refusals;
        this.metrics = metrics;
        this.tickerMs = tickerMs;
        this.reminder = new Reminder(REMIND, tickerMs);
        this.concurrency = new ConcurrencyLimit(settings.maxInFlight());
        this.breaker = new CircuitBreaker(backoffs.get());
        this.queues = new DestinationQueues(
                new Limits(
                        settings.batchMaxBytes(),
                        settings.batchMaxRecords(),
                        settings.linger().toMillis()),
                backoffs,
                target.setup()::destinationIsNew);
        this.quarantine = new Quarantine(backoffs);
        this.replies = new ReplyHandler(
                target,
                settings.onDestinationFault() == OnDestinationFault.FAIL,
                queues,
                quarantine,
                breaker,
                concurrency,
                requests,
                refusals,
                memory,
                metrics,
                reminder);
    }

    /** Begins the assignment of partitions. */
    void open(Collection<TopicPartition> partitions) {
        offsets.open(partitions);
        replies.dropAbandoned();
    }

    /** Ends the assignment of partitions. */
    void close(Collection<TopicPartition> partitions) {
        offsets.close(partitions);
        replies.dropAbandoned();
    }

    /** Takes a record over. One that can never be written is refused at once. */
    void accept(SinkRecord record) {
        long now = tickerMs.getAsLong();
        PendingRecord pending = offsets.track(record, now);
        EncodedRecord encoded;
        try {
            encoded = target.encoder().encode(record);
        } catch (DataException malformed) {
            orFail(() -> refusals.refuse(pending, String.valueOf(malformed.getMessage())));
            return;
        }
        if (encoded == null) {
            metrics.skipped();
            pending.settle();
            return;
        }
        memory.take(
                queues.of(encoded.destination(), now).add(pending, encoded, now).heldBytes());
    }

    /** Makes all accepted records due. */
    void flush() {
        queues.flush();
    }

    /** Takes in the replies to requests, and sends what may be sent. */
    void advance() {
        for (Reply reply = requests.poll(); reply != null; reply = requests.poll()) {
            take(reply);
        }
        orFail(refusals::settle);
        long now = tickerMs.getAsLong();
        orFail(() -> advanceSetup(now));
        if (failure == null && !breaker.isOpen(now)) {
            send(now);
        }
        metrics.holding(
                heldBytes(), requests.inFlight(), now - offsets.oldestMs().orElse(now));
        metrics.faultyDestinations(queues.faulty());
    }

    /**
     * Goes on until no record of these partitions is pending, the time is over, or waiting is useless because the target
     * system does not answer.
     */
    void await(Collection<TopicPartition> partitions, Duration timeout) {
        flush();
        long deadline = tickerMs.getAsLong() + timeout.toMillis();
        advance();
        try {
            while (offsets.isPending(partitions)
                    && (requests.inFlight() > 0
                            || refusals.areOpen()
                            || target.setup().isChecking())
                    && tickerMs.getAsLong() < deadline) {
                Reply reply = requests.poll(REPLY_POLL_MS);
                if (reply != null) {
                    take(reply);
                }
                advance();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What may be committed; see {@link Offsets#committable}. */
    Map<TopicPartition, OffsetAndMetadata> committable(Map<TopicPartition, OffsetAndMetadata> current) {
        return offsets.committable(current);
    }

    /** @throws ConnectException if the configuration says that the task is to fail, or it cannot go on */
    void throwIfFailed() {
        if (failure != null) {
            throw failure;
        }
    }

    /** The memory that pending records take. */
    long heldBytes() {
        return memory.bytes() + queues.spareBytes() + refusals.heldBytes();
    }

    /** The part of it that waits for faulty destinations. */
    long stuckBytes() {
        return offsets.stuckBytes();
    }

    /** Whether nothing can be sent for a while, so that reading more would not help. */
    boolean isStalled() {
        long now = tickerMs.getAsLong();
        boolean waiting = queues.dueMs() <= now || requests.inFlight() > 0;
        return waiting && (breaker.isOpen(now) || !target.setup().isReady());
    }

    /**
     * The partitions that should not be read for now, because they hold more than their share of the memory that records for
     * faulty destinations may take. That is half of the buffer, in equal shares. So the other half is left for the other
     * destinations, and the other partitions go on.
     */
    Set<TopicPartition> stuckPartitions() {
        return offsets.stuckBeyond(bufferMaxBytes / 2 / Math.max(1, offsets.partitions()));
    }

    /** How long the next {@link #advance} can wait, in milliseconds; {@link Long#MAX_VALUE} if there is nothing to do. */
    long idleMs() {
        long now = tickerMs.getAsLong();
        if (requests.inFlight() > 0 || requests.isChecking() || refusals.areOpen()) {
            return REPLY_POLL_MS;
        }
        long due = Math.min(queues.dueMs(), quarantine.dueMs());
        long idle = due == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(due, now) - now;
        if (queues.all().stream().anyMatch(queue -> !queue.isEmpty() && !isReady(queue))) {
            idle = idle == 0 ? SETUP_POLL_MS : Math.min(idle, SETUP_POLL_MS);
        }
        return Math.max(1, Math.max(idle, breaker.openForMs(now)));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void send(long now) {
        for (DestinationQueue queue = next(now); queue != null; queue = next(now)) {
            Duration wait = queue.isFaulty() ? probePatience : patience;
            requests.send(queue.take(), now, wait);
        }
        if (requests.inFlight() < breaker.permitted(Integer.MAX_VALUE)) {
            Batch suspect = quarantine.next(now);
            if (suspect != null) {
                requests.send(suspect, now, probePatience);
            }
        }
    }

    private @Nullable DestinationQueue next(long now) {
        return requests.inFlight() >= breaker.permitted(Integer.MAX_VALUE)
                ? null
                : queues.next(now, concurrency.permitted(), this::isReady);
    }

    private boolean isReady(DestinationQueue queue) {
        return target.setup().isReadyFor(queue.createdMs());
    }

    private void take(Reply reply) {
        orFail(() -> replies.take(reply, tickerMs.getAsLong()));
    }

    private void advanceSetup(long now) {
        try {
            target.setup().advance(now);
        } catch (DestinationFault refused) {
            String error = String.valueOf(refused.getMessage());
            metrics.failed(error);
            if (reminder.isDue("setup " + error)) {
                log.error(
                        "{} refuses the {}. {} until this is fixed",
                        target.name(),
                        error,
                        target.setup().isReady()
                                ? "Records for any new " + target.destinationKind() + " wait"
                                : "Nothing is written");
            }
            replies.failIfConfigured(error);
        } finally {
            metrics.fault(SETUP, target.setup().isFaulty());
        }
    }

    /** Keeps the first reason to fail for {@code put}: Connect goes on after an exception of {@code preCommit} or {@code close}. */
    private void orFail(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            if (failure == null) {
                failure =
                        e instanceof ConnectException known ? known : new ConnectException("The sink cannot go on", e);
            }
        }
    }
}
