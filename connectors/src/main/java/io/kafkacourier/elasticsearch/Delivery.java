/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import io.kafkacourier.elasticsearch.Bulk.Operation;
import io.kafkacourier.elasticsearch.BulkSender.Reply;
import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConfig.OnDestinationFault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
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
 * and again; nothing here waits but {@link #await}.
 *
 * <ul>
 *   <li>A record is settled, which lets its offset be committed, only when its document is in the index, its report is
 *       durable, or the configuration says that it is passed over.
 *   <li>Every record that was accepted is in exactly one place: the open bulk, the ready ones, a request, a faulty index,
 *       or the refusals.
 *   <li>After trouble that is not a document's nothing is sent until a back-off has passed, and then again without limit.
 *   <li>Records of partitions that were taken away are dropped: whoever has them now reads them again.
 * </ul>
 */
final class Delivery {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    /** How often the task's thread looks for replies to bulk requests. */
    private static final long REPLY_POLL_MS = 20;
    /** How often it looks after the template. */
    private static final long TEMPLATE_POLL_MS = 100;

    private final int bulkMaxBytes;
    private final int bulkMaxRecords;
    private final long lingerMs;
    private final boolean failsOnDestinationFault;
    private final Documents documents;
    private final BulkSender sender;
    private final Refusals refusals;
    private final @Nullable ManagedTemplate template;
    private final SinkMetrics metrics;
    private final LongSupplier tickerMs;
    private final Offsets offsets = new Offsets();
    private final Concurrency concurrency;
    private final Gate gate;
    private final Reminder reminder;
    private final Indices indices;

    private Bulk open = new Bulk();
    private long openedMs;
    private final Deque<Bulk> ready = new ArrayDeque<>();
    private long heldBytes;
    private boolean templateInPlace;
    private @Nullable ConnectException failure;

    /**
     * @param template null where it is the user's
     * @param tickerMs milliseconds that never go back, from anywhere
     */
    Delivery(
            ElasticsearchTraceSinkConfig config,
            Documents documents,
            BulkSender sender,
            Refusals refusals,
            @Nullable ManagedTemplate template,
            Supplier<Backoff> backoffs,
            SinkMetrics metrics,
            LongSupplier tickerMs) {
        this.bulkMaxBytes = config.bulkMaxBytes();
        this.bulkMaxRecords = config.bulkMaxRecords();
        this.lingerMs = config.linger().toMillis();
        this.failsOnDestinationFault = config.onDestinationFault() == OnDestinationFault.FAIL;
        this.documents = documents;
        this.sender = sender;
        this.refusals = refusals;
        this.template = template;
        this.templateInPlace = template == null;
        this.metrics = metrics;
        this.tickerMs = tickerMs;
        this.concurrency = new Concurrency(config.maxInFlight());
        this.reminder = new Reminder(tickerMs.getAsLong());
        this.gate = new Gate(backoffs.get(), reminder);
        this.indices = new Indices(backoffs, bulkMaxBytes, bulkMaxRecords);
    }

    /** Begins the assignment of partitions. */
    void open(Collection<TopicPartition> partitions) {
        offsets.open(partitions);
        dropAbandoned();
    }

    /** Ends the assignment of partitions. */
    void close(Collection<TopicPartition> partitions) {
        offsets.close(partitions);
        dropAbandoned();
    }

    /** Takes a record over. What is wrong with it alone is dealt with here. */
    void accept(SinkRecord record) {
        Pending pending = offsets.track(record, tickerMs.getAsLong());
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
        if (open.length() + Bulk.lengthOf(document) > bulkMaxBytes) {
            flush();
        }
        if (open.isEmpty()) {
            openedMs = tickerMs.getAsLong();
        }
        heldBytes += open.add(pending, document).heldBytes();
        if (open.count() >= bulkMaxRecords) {
            flush();
        }
    }

    /** Lets nothing linger. */
    void flush() {
        if (!open.isEmpty()) {
            open.trim();
            ready.addLast(open);
            open = new Bulk();
        }
    }

    /** Takes in what came of requests, and sends what may be sent. */
    void advance() {
        for (Reply reply = sender.poll(); reply != null; reply = sender.poll()) {
            take(reply);
        }
        orFail(refusals::settle);
        long now = tickerMs.getAsLong();
        indices.release(now, ready::addLast);
        if (!open.isEmpty() && now - openedMs >= lingerMs) {
            flush();
        }
        orFail(() -> checkTemplate(now));
        if (failure == null && templateInPlace && gate.isOpen(now)) {
            while (!ready.isEmpty() && sender.inFlight() < concurrency.permitted()) {
                sender.send(ready.removeFirst(), now);
            }
        }
        metrics.holding(heldBytes(), sender.inFlight(), now - offsets.oldestMs().orElse(now));
    }

    /**
     * Goes on until nothing of these partitions is pending, the time is over, or nothing can come of waiting because the
     * server is in trouble.
     */
    void await(Collection<TopicPartition> partitions, Duration timeout) {
        flush();
        long deadline = tickerMs.getAsLong() + timeout.toMillis();
        advance();
        try {
            while (offsets.isPending(partitions)
                    && (sender.inFlight() > 0 || refusals.areOpen())
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

    /** @throws ConnectException where the configuration says that the task is to fail, or it cannot go on */
    void throwIfFailed() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Memory that accepted records hold, and what is kept of them until their offsets may be committed. */
    long heldBytes() {
        return heldBytes + open.spareBytes() + refusals.heldBytes() + offsets.heldBytes();
    }

    /** Whether records wait for a server in trouble: reading more would not help. */
    boolean isStalled() {
        boolean waiting = !ready.isEmpty() || sender.inFlight() > 0;
        return waiting && (gate.isInTrouble() || !templateInPlace);
    }

    /** How long the next {@link #advance} can wait, in milliseconds; {@link Long#MAX_VALUE} when there is nothing to do. */
    long idleMs() {
        long now = tickerMs.getAsLong();
        long idle = indices.nextDueMs() == Long.MAX_VALUE ? Long.MAX_VALUE : indices.nextDueMs() - now;
        if (!open.isEmpty()) {
            idle = Math.min(idle, openedMs + lingerMs - now);
        }
        if (!templateInPlace) {
            idle = Math.min(idle, TEMPLATE_POLL_MS);
        }
        if (sender.inFlight() > 0 || refusals.areOpen()) {
            idle = Math.min(idle, REPLY_POLL_MS);
        } else if (!ready.isEmpty() && templateInPlace) {
            idle = Math.min(idle, gate.closedForMs(now));
        }
        return Math.max(1, idle);
    }

    private void take(Reply reply) {
        metrics.replied(reply.bulk().length(), tickerMs.getAsLong() - reply.sentMs());
        orFail(() -> {
            if (reply.failure() != null) {
                ensureClientRuns(reply.failure());
                String error = reply.failure().getClass().getSimpleName();
                takeWhole(reply, Answer.ofFailure(reply.failure()), "no answer: " + error);
            } else if (reply.status() < 200 || reply.status() >= 300) {
                ServerError error = BulkReply.error(reply.body());
                takeWhole(reply, Answer.ofRequest(reply.status(), error), reply.status() + " " + error);
            } else {
                takeItems(reply);
            }
        });
    }

    /** Deals with an answer to a request as a whole. */
    private void takeWhole(Reply reply, Answer answer, String error) {
        metrics.failed(error);
        Bulk bulk = reply.bulk();
        switch (answer) {
            case RETRY -> {
                sendAgain(bulk);
                gate.trouble(reply.sentMs(), tickerMs.getAsLong(), error);
            }
            case THROTTLE -> {
                concurrency.overloaded();
                sendInHalves(bulk);
                gate.trouble(reply.sentMs(), tickerMs.getAsLong(), error);
            }
            case SPLIT -> {
                if (bulk.count() == 1) {
                    refuse(bulk.operations().get(0), error);
                } else {
                    sendInHalves(bulk);
                }
                gate.answered(reply.sentMs());
            }
            case DESTINATION_FAULT -> {
                sendAgain(bulk);
                failIfConfigured(error);
                gate.trouble(reply.sentMs(), tickerMs.getAsLong(), error);
            }
            case DONE, PERMANENT -> throw new IllegalStateException(answer + " is no answer to a whole request");
        }
    }

    /** Deals with the results of the operations of a request that was carried out. */
    private void takeItems(Reply reply) {
        Bulk bulk = reply.bulk();
        List<BulkReply.Item> items;
        try {
            items = BulkReply.items(reply.body(), bulk.count());
        } catch (IOException unreadable) {
            takeWhole(reply, Answer.RETRY, "an answer that cannot be read");
            return;
        }
        long now = tickerMs.getAsLong();
        noteAccepting(bulk, items, now);
        List<Operation> again = new ArrayList<>();
        String trouble = "";
        for (int i = 0; i < items.size(); i++) {
            Operation operation = bulk.operations().get(i);
            BulkReply.Item item = items.get(i);
            switch (Answer.ofItem(item, indices.acceptedLately(operation.index(), now))) {
                case DONE -> done(operation, item.status());
                case PERMANENT -> refuse(operation, item.status() + " " + item.error());
                case DESTINATION_FAULT -> hold(operation, bulk, item.status() + " " + item.error(), now);
                case RETRY, THROTTLE, SPLIT -> {
                    again.add(operation);
                    trouble = item.status() + " " + item.error();
                }
            }
        }
        if (again.isEmpty()) {
            concurrency.succeeded();
            gate.answered(reply.sentMs());
        } else {
            concurrency.overloaded();
            metrics.failed(trouble);
            sendAgain(bulk.only(again));
            gate.trouble(reply.sentMs(), now, trouble);
        }
    }

    private void noteAccepting(Bulk bulk, List<BulkReply.Item> items, long now) {
        String last = "";
        for (int i = 0; i < items.size(); i++) {
            String index = bulk.operations().get(i).index();
            // Names of one index are one object, and a bulk has one or two of them.
            if (!index.equals(last) && Answer.ofItem(items.get(i), false) == Answer.DONE) {
                last = index;
                List<Bulk> waiting = indices.accepted(index, now);
                if (!waiting.isEmpty()) {
                    log.info("Index {} takes documents again", index);
                    ready.addAll(waiting);
                }
            }
        }
    }

    private void done(Operation operation, int status) {
        if (status == 409) {
            metrics.duplicate();
        } else {
            metrics.indexed();
        }
        heldBytes -= operation.heldBytes();
        operation.pending().settle();
    }

    private void refuse(Operation operation, String error) {
        heldBytes -= operation.heldBytes();
        if (!operation.pending().isAbandoned()) {
            refusals.refuse(
                    operation.pending(), "was refused for index " + operation.index() + " by Elasticsearch: " + error);
        }
    }

    private void hold(Operation operation, Bulk from, String error, long now) {
        if (operation.pending().isAbandoned()) {
            heldBytes -= operation.heldBytes();
            return;
        }
        metrics.failed(error);
        metrics.retried(1);
        boolean isNew = indices.hold(operation, from, now);
        failIfConfigured(error);
        if (isNew || reminder.isDue(now)) {
            log.error(
                    "Elasticsearch refuses documents for index {}: {}. Their offsets are held, and it is tried again until"
                            + " this is mended",
                    operation.index(),
                    error);
        }
    }

    private void failIfConfigured(String error) {
        if (failsOnDestinationFault) {
            throw new ConnectException("Elasticsearch refuses documents: " + error + ", and on.destination.fault=fail");
        }
    }

    private void sendAgain(Bulk bulk) {
        Bulk wanted = withoutAbandoned(bulk);
        if (!wanted.isEmpty()) {
            metrics.retried(wanted.count());
            ready.addFirst(wanted);
        }
    }

    private void sendInHalves(Bulk bulk) {
        if (bulk.count() == 1) {
            sendAgain(bulk);
            return;
        }
        List<Bulk> halves = bulk.halves();
        sendAgain(halves.get(1));
        sendAgain(halves.get(0));
    }

    private void checkTemplate(long now) {
        if (template != null && !templateInPlace) {
            try {
                templateInPlace = template.isInPlace(now);
            } catch (ElasticsearchException refused) {
                String error = "index template: " + refused.status() + " "
                        + refused.error().type();
                metrics.failed(error);
                log.error("Elasticsearch refuses the {}. Nothing is written until this is mended", error);
                failIfConfigured(error);
            }
        }
    }

    private void dropAbandoned() {
        open = withoutAbandoned(open);
        List<Bulk> kept = new ArrayList<>();
        for (Bulk bulk : ready) {
            kept.add(withoutAbandoned(bulk));
        }
        kept.removeIf(Bulk::isEmpty);
        ready.clear();
        ready.addAll(kept);
        indices.removeIf(this::isDropped);
    }

    private Bulk withoutAbandoned(Bulk bulk) {
        List<Operation> wanted = bulk.operations().stream()
                .filter(operation -> !isDropped(operation))
                .toList();
        return wanted.size() == bulk.count() ? bulk : bulk.only(wanted);
    }

    /** Gives the memory of an abandoned operation back. To be asked once for each. */
    private boolean isDropped(Operation operation) {
        if (operation.pending().isAbandoned()) {
            heldBytes -= operation.heldBytes();
            return true;
        }
        return false;
    }

    private static void ensureClientRuns(Exception failure) {
        if (failure instanceof IllegalStateException) {
            throw new ConnectException("The HTTP client has stopped; restart the task", failure);
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
