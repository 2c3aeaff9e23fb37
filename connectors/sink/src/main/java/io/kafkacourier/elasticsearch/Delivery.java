/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.elasticsearch.BulkSender.Reply;
import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConfig.OnDestinationFault;
import io.kafkacourier.elasticsearch.IndexQueue.Limits;
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
 * Brings records into the index, whatever the server does. Owned by the task's thread, which calls {@link #advance} again
 * and again; only {@link #await} waits.
 *
 * <ul>
 *   <li>A record is settled, which lets its offset be committed, only when its document is in the index, its report is
 *       durable, or the configuration says to skip it.
 *   <li>Every record that was accepted is in exactly one place: the queue of its index, a request, the {@link Suspects}, or
 *       the {@link Refusals}.
 *   <li>Trouble with an index stops that index. Trouble with one document stops that document. Trouble with the server
 *       stops everything for a back-off; then reading goes on, and one request at a time tries again, without limit. The
 *       {@link Outcomes} say which it is.
 *   <li>Records of partitions that were taken away are dropped: the next owner reads them again.
 * </ul>
 */
final class Delivery {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    /** How often the task's thread looks for replies to bulk requests. */
    private static final long REPLY_POLL_MS = 20;
    /** How often it looks after the template. */
    private static final long TEMPLATE_POLL_MS = 50;
    /** How long the server may wait for a shard that is not there; at most half of what the client waits for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** The same while the index is known to be faulty: it will be probed again soon. */
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);

    private final long bufferMaxBytes;
    private final Duration patience;
    private final Duration probePatience;
    private final Documents documents;
    private final BulkSender sender;
    private final Refusals refusals;
    private final TemplateWatch template;
    private final Reminder templateReminder;
    private final DeliveryMetrics metrics;
    private final LongSupplier tickerMs;
    private final Offsets offsets = new Offsets();
    private final Concurrency concurrency;
    private final Gate gate;
    private final IndexQueues queues;
    private final Suspects suspects;
    private final HeldMemory memory = new HeldMemory();
    private final Outcomes outcomes;

    private String templateError = "";
    private @Nullable ConnectException failure;

    /**
     * @param template null if it is the user's
     * @param tickerMs milliseconds that never go back, from any start
     */
    Delivery(
            ElasticsearchTraceSinkConfig config,
            Documents documents,
            BulkSender sender,
            Refusals refusals,
            @Nullable ManagedTemplate template,
            Supplier<Backoff> backoffs,
            DeliveryMetrics metrics,
            LongSupplier tickerMs) {
        this.bufferMaxBytes = config.bufferMaxBytes();
        this.patience = min(PATIENCE, config.connection().requestTimeout().dividedBy(2));
        this.probePatience = min(PROBE_PATIENCE, patience);
        this.documents = documents;
        this.sender = sender;
        this.refusals = refusals;
        this.template = new TemplateWatch(template, tickerMs.getAsLong());
        this.templateReminder = new Reminder(tickerMs.getAsLong());
        this.metrics = metrics;
        this.tickerMs = tickerMs;
        this.concurrency = new Concurrency(config.maxInFlight());
        this.gate = new Gate(backoffs.get(), new Reminder(tickerMs.getAsLong()));
        this.queues = new IndexQueues(
                new Limits(
                        config.bulkMaxBytes(),
                        config.bulkMaxRecords(),
                        config.linger().toMillis()),
                backoffs,
                this.template::indexIsNew);
        this.suspects = new Suspects(backoffs);
        this.outcomes = new Outcomes(
                queues,
                suspects,
                gate,
                concurrency,
                sender,
                refusals,
                memory,
                metrics,
                config.onDestinationFault() == OnDestinationFault.FAIL,
                tickerMs.getAsLong());
    }

    /** Begins the assignment of partitions. */
    void open(Collection<TopicPartition> partitions) {
        offsets.open(partitions);
        outcomes.dropAbandoned();
    }

    /** Ends the assignment of partitions. */
    void close(Collection<TopicPartition> partitions) {
        offsets.close(partitions);
        outcomes.dropAbandoned();
    }

    /** Takes a record over. A record that is bad by itself is dealt with here. */
    void accept(SinkRecord record) {
        long now = tickerMs.getAsLong();
        Pending pending = offsets.track(record, now);
        Document document;
        try {
            document = documents.of(record);
        } catch (DataException malformed) {
            orFail(() -> refusals.refuse(pending, String.valueOf(malformed.getMessage())));
            return;
        }
        if (document == null) {
            metrics.skipped();
            pending.settle();
            return;
        }
        memory.take(queues.of(document.index(), now).add(pending, document, now).heldBytes());
    }

    /** Lets nothing linger. */
    void flush() {
        queues.flush();
    }

    /** Takes in the replies to requests, and sends what may be sent. */
    void advance() {
        for (Reply reply = sender.poll(); reply != null; reply = sender.poll()) {
            take(reply);
        }
        orFail(refusals::settle);
        long now = tickerMs.getAsLong();
        orFail(() -> checkTemplate(now));
        if (failure == null && !gate.isClosed(now)) {
            send(now);
        }
        metrics.holding(heldBytes(), sender.inFlight(), now - offsets.oldestMs().orElse(now));
        metrics.faultyDestinations(queues.faulty());
    }

    /**
     * Goes on until nothing of these partitions is pending, the time is over, or waiting is useless because the server is in
     * trouble.
     */
    void await(Collection<TopicPartition> partitions, Duration timeout) {
        flush();
        long deadline = tickerMs.getAsLong() + timeout.toMillis();
        advance();
        try {
            while (offsets.isPending(partitions)
                    && (sender.inFlight() > 0 || refusals.areOpen() || template.isChecking())
                    && tickerMs.getAsLong() < deadline) {
                Reply reply = sender.poll(REPLY_POLL_MS);
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

    /** Memory that accepted records hold. */
    long heldBytes() {
        return memory.bytes() + queues.spareBytes() + refusals.heldBytes();
    }

    /** The part of it that waits for faulty indices. */
    long stuckBytes() {
        return offsets.stuckBytes();
    }

    /** Whether nothing can be sent for a while, so that reading more would not help. */
    boolean isStalled() {
        long now = tickerMs.getAsLong();
        boolean waiting = queues.dueMs() <= now || sender.inFlight() > 0;
        return waiting && (gate.isClosed(now) || !template.isInPlace());
    }

    /**
     * The partitions that should not be read for now, because they hold more than their share of the memory that documents for
     * faulty indices may take. That is half of the buffer, in equal shares, so the other half is left for the other
     * indices, and the other partitions go on.
     */
    Set<TopicPartition> stuckPartitions() {
        return offsets.stuckBeyond(bufferMaxBytes / 2 / Math.max(1, offsets.partitions()));
    }

    /** How long the next {@link #advance} can wait, in milliseconds; {@link Long#MAX_VALUE} if there is nothing to do. */
    long idleMs() {
        long now = tickerMs.getAsLong();
        if (sender.inFlight() > 0 || sender.isChecking() || refusals.areOpen()) {
            return REPLY_POLL_MS;
        }
        long due = Math.min(queues.dueMs(), suspects.dueMs());
        long idle = due == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(due, now) - now;
        if (queues.all().stream().anyMatch(queue -> !queue.isEmpty() && !template.isInPlaceFor(queue.createdMs()))) {
            idle = idle == 0 ? TEMPLATE_POLL_MS : Math.min(idle, TEMPLATE_POLL_MS);
        }
        return Math.max(1, Math.max(idle, gate.closedForMs(now)));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void send(long now) {
        for (IndexQueue queue = next(now); queue != null; queue = next(now)) {
            Duration wait = queue.isFaulty() ? probePatience : patience;
            sender.send(queue.take(), now, wait);
        }
        if (sender.inFlight() < gate.permitted(Integer.MAX_VALUE)) {
            Bulk suspect = suspects.next(now);
            if (suspect != null) {
                sender.send(suspect, now, probePatience);
            }
        }
    }

    private @Nullable IndexQueue next(long now) {
        return sender.inFlight() >= gate.permitted(Integer.MAX_VALUE)
                ? null
                : queues.next(now, concurrency.permitted(), queue -> template.isInPlaceFor(queue.createdMs()));
    }

    private void take(Reply reply) {
        orFail(() -> outcomes.take(reply, tickerMs.getAsLong()));
    }

    private void checkTemplate(long now) {
        try {
            template.advance(now);
        } catch (DestinationFault refused) {
            String error = String.valueOf(refused.getMessage());
            metrics.failed(error);
            if (templateReminder.isDue(now) || !error.equals(templateError)) {
                log.error(
                        "Elasticsearch refuses the {}. {} until this is fixed",
                        error,
                        template.isInPlace() ? "Indices that are new wait" : "Nothing is written");
            }
            templateError = error;
            outcomes.failIfConfigured(error);
        } finally {
            metrics.fault("index template", template.isFaulty());
        }
    }

    /** Keeps the first reason to fail for {@code put}: Connect goes on after what {@code preCommit} and {@code close} throw. */
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
