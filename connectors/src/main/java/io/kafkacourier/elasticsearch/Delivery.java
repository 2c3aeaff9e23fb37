/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.elasticsearch.Bulk.Operation;
import io.kafkacourier.elasticsearch.BulkSender.Reply;
import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConfig.OnDestinationFault;
import io.kafkacourier.elasticsearch.IndexQueue.Limits;
import io.kafkacourier.elasticsearch.Suspects.Convicted;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
 *   <li>Every record that was accepted is in exactly one place: the queue of its index, a request, the suspects, or the
 *       refusals.
 *   <li>Trouble with an index stops that index. Trouble with one document stops that document. Trouble with the server
 *       stops everything for a back-off; then reading goes on, and one request at a time tries again, without limit.
 *   <li>Records of partitions that were taken away are dropped: the next owner reads them again.
 * </ul>
 */
final class Delivery {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    /** How often the task's thread looks for replies to bulk requests. */
    private static final long REPLY_POLL_MS = 20;
    /** How often it looks after the template. */
    private static final long TEMPLATE_POLL_MS = 50;
    /** How long the server may wait for a shard that is not there; the client waits for an answer for 60 seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** The same while the index is known to be faulty: it will be probed again soon. */
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);

    /** Errors of single documents that mean that the server has too much to do. */
    private static final Set<String> OVERLOAD =
            Set.of("es_rejected_execution_exception", "circuit_breaking_exception", "rejected_execution_exception");

    private final boolean failsOnDestinationFault;
    private final long bufferMaxBytes;
    private final Documents documents;
    private final BulkSender sender;
    private final Refusals refusals;
    private final TemplateWatch template;
    private final Reminder templateReminder;
    private final SinkMetrics metrics;
    private final LongSupplier tickerMs;
    private final Offsets offsets = new Offsets();
    private final Concurrency concurrency;
    private final Gate gate;
    private final IndexQueues queues;
    private final Suspects suspects;
    private final Reminder suspectReminder;

    private long heldBytes;
    private long tookMs = Long.MIN_VALUE;
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
            SinkMetrics metrics,
            LongSupplier tickerMs) {
        this.failsOnDestinationFault = config.onDestinationFault() == OnDestinationFault.FAIL;
        this.bufferMaxBytes = config.bufferMaxBytes();
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
        this.suspectReminder = new Reminder(tickerMs.getAsLong());
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
        heldBytes +=
                queues.of(document.index(), now).add(pending, document, now).heldBytes();
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
        metrics.faultyIndices(queues.faulty());
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
        return heldBytes + queues.spareBytes() + refusals.heldBytes();
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

    private void send(long now) {
        for (IndexQueue queue = next(now); queue != null; queue = next(now)) {
            Duration patience = queue.isFaulty() ? PROBE_PATIENCE : PATIENCE;
            sender.send(queue.take(), now, patience);
        }
        if (sender.inFlight() < gate.permitted(Integer.MAX_VALUE)) {
            Bulk suspect = suspects.next(now);
            if (suspect != null) {
                sender.send(suspect, now, PROBE_PATIENCE);
            }
        }
    }

    private @Nullable IndexQueue next(long now) {
        return sender.inFlight() >= gate.permitted(Integer.MAX_VALUE)
                ? null
                : queues.next(now, concurrency.permitted(), queue -> template.isInPlaceFor(queue.createdMs()));
    }

    private void take(Reply reply) {
        if (reply.isToACheck()) {
            orFail(() -> takeCheck(reply));
            return;
        }
        long now = tickerMs.getAsLong();
        metrics.replied(reply.bulk().length(), now - reply.sentMs());
        if (!suspects.isSuspect(reply.bulk())) {
            queues.of(reply.bulk().index(), now).returned(reply.bulk());
        }
        orFail(() -> {
            if (reply.failure() != null) {
                ensureClientRuns(reply.failure());
                ConnectionFault fault = ConnectionFault.of(reply.failure());
                Answer answer = fault == null ? Answer.ofFailure(reply.failure()) : Answer.DESTINATION_FAULT;
                takeWhole(reply, answer, noAnswer(reply.failure()) + cause(fault), now);
            } else if (reply.status() < 200 || reply.status() >= 300) {
                takeRefusal(reply, now);
            } else {
                takeItems(reply, now);
            }
        });
    }

    private void takeRefusal(Reply reply, long now) {
        int status = reply.status();
        ServerError error = BulkReply.error(reply.body());
        String body = new String(reply.body(), UTF_8);
        // What a firewall forbids may be one document, so a 403 is judged by its content.
        ConnectionFault fault = status == 403 ? null : ConnectionFault.ofAnswer(status, reply.product(), body);
        Answer answer = fault == null ? Answer.ofRequest(status, error) : Answer.DESTINATION_FAULT;
        takeWhole(reply, answer, status + " " + error + cause(fault), now);
    }

    private static String cause(@Nullable ConnectionFault fault) {
        return fault == null ? "" : ". " + fault.likelyCause();
    }

    /** Deals with an answer to a request as a whole, or with none. */
    private void takeWhole(Reply reply, Answer answer, String error, long now) {
        metrics.failed(error);
        Bulk bulk = reply.bulk();
        switch (answer) {
            case RETRY -> {
                sendAgain(bulk, now);
                trouble(reply, now, error);
            }
            case THROTTLE -> {
                concurrency.overloaded();
                sendInHalves(bulk, now);
                trouble(reply, now, error);
            }
            case TIMEOUT -> {
                if (!suspects.isSuspect(bulk)) {
                    hold(queues.of(bulk.index(), now), reply.sentMs(), now, error, false);
                }
                sendAgain(bulk, now);
                check(now);
            }
            case SUSPECT -> suspect(reply, error, now);
            case SPLIT -> {
                split(bulk, error, now);
                answered(reply);
            }
            case DESTINATION_FAULT -> {
                sendAgain(bulk, now);
                faultOfDestination(reply, now, error);
            }
            case DONE, PERMANENT -> throw new IllegalStateException(answer + " is no answer to a whole request");
        }
    }

    /** Deals with the results of the operations of a request that was carried out. */
    private void takeItems(Reply reply, long now) {
        Bulk bulk = reply.bulk();
        List<BulkReply.Item> items;
        try {
            items = BulkReply.items(reply.body(), bulk.count());
        } catch (IOException unreadable) {
            ConnectionFault fault = ConnectionFault.ofAnswer(reply.status(), reply.product(), "");
            Answer answer = fault == null ? Answer.RETRY : Answer.DESTINATION_FAULT;
            takeWhole(reply, answer, "an answer that cannot be read" + cause(fault), now);
            return;
        }
        answered(reply);
        suspects.clear(bulk);
        IndexQueue queue = queues.of(bulk.index(), now);
        boolean progress = items.stream().anyMatch(item -> Answer.ofItem(item, false) == Answer.DONE);
        if (progress) {
            tookMs = now;
            queue.took(now);
        }
        List<Operation> again = new ArrayList<>();
        String trouble = "";
        boolean overloaded = false;
        boolean faultOfDestination = false;
        for (int i = 0; i < items.size(); i++) {
            Operation operation = bulk.operations().get(i);
            BulkReply.Item item = items.get(i);
            switch (Answer.ofItem(item, queue.tookLately(now))) {
                case DONE -> done(operation, item.status());
                case PERMANENT -> refuse(operation, item.status() + " " + item.error());
                case DESTINATION_FAULT -> {
                    again.add(operation);
                    trouble = item.status() + " " + item.error();
                    faultOfDestination = true;
                }
                case RETRY, THROTTLE, TIMEOUT, SPLIT, SUSPECT -> {
                    again.add(operation);
                    trouble = item.status() + " " + item.error();
                    overloaded |= OVERLOAD.contains(item.error().type());
                }
            }
        }
        if (overloaded) {
            concurrency.overloaded();
        } else if (progress) {
            concurrency.succeeded();
        }
        if (again.isEmpty()) {
            healed(queue);
        } else {
            metrics.failed(trouble);
            sendAgain(bulk, again, queue, now);
            hold(queue, reply.sentMs(), now, trouble, progress);
            if (faultOfDestination) {
                failIfConfigured(trouble);
            }
        }
    }

    private void healed(IndexQueue queue) {
        if (queue.healed()) {
            log.info("Index {} takes documents again", queue.index());
        }
    }

    private void hold(IndexQueue queue, long sentMs, long now, String error, boolean progress) {
        if (queue.hold(sentMs, now, progress)) {
            log.error(
                    "Index {} does not take documents: {}. The offsets of its documents are held and they are sent again,"
                            + " without limit; other indices go on",
                    queue.index(),
                    error);
        }
    }

    /** The request was cut, or refused for no known reason: because of one document, or of all. */
    private void suspect(Reply reply, String error, long now) {
        Bulk bulk = withoutAbandoned(reply.bulk());
        concurrency.overloaded();
        if (bulk.isEmpty()) {
            suspects.clear(reply.bulk());
        } else if (bulk.count() > 1) {
            hold(queues.of(bulk.index(), now), reply.sentMs(), now, error, false);
            sendInHalves(bulk, now);
        } else {
            metrics.retried(1);
            if (suspects.suspect(bulk, error)) {
                log.warn(
                        "The request of {} alone failed: {}. It is sent again, and refused after {} failures if the server"
                                + " takes other documents",
                        bulk.operations().get(0).pending(),
                        error,
                        Suspects.MAX_ATTEMPTS);
            }
        }
        check(now);
    }

    private void check(long now) {
        if (!sender.isChecking()) {
            sender.check(now);
        }
    }

    private void takeCheck(Reply reply) {
        long now = tickerMs.getAsLong();
        boolean reachable = reply.failure() == null && reply.status() < 500 && reply.status() != 429;
        suspects.checked(reachable, tookMs, now);
        if (reply.failure() != null) {
            ensureClientRuns(reply.failure());
            trouble(reply, now, noAnswer(reply.failure()));
        } else if (!reachable) {
            trouble(reply, now, String.valueOf(reply.status()));
        }
        for (Convicted document = suspects.convicted(); document != null; document = suspects.convicted()) {
            refuse(document.bulk().operations().get(0), document.error());
        }
        String hopeless = suspects.hopeless();
        if (hopeless != null) {
            failIfConfigured(hopeless);
            if (suspectReminder.isDue(now)) {
                log.error("Requests fail again and again although Elasticsearch can be reached: {}", hopeless);
            }
        }
    }

    private void split(Bulk bulk, String error, long now) {
        if (bulk.count() == 1) {
            suspects.clear(bulk);
            refuse(bulk.operations().get(0), error);
        } else {
            sendInHalves(bulk, now);
        }
    }

    private void answered(Reply reply) {
        if (gate.answered(reply.sentMs())) {
            log.info("Elasticsearch answers again");
        }
    }

    private void trouble(Reply reply, long now, String error) {
        if (gate.trouble(reply.sentMs(), now)) {
            log.warn(
                    "Elasticsearch cannot take documents now ({}); trying again in {} ms",
                    error,
                    gate.closedForMs(now));
        }
    }

    private void faultOfDestination(Reply reply, long now, String error) {
        failIfConfigured(error);
        if (gate.trouble(reply.sentMs(), now)) {
            log.error("Elasticsearch refuses requests: {}. Nothing is written until this is fixed", error);
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

    private void failIfConfigured(String error) {
        if (failsOnDestinationFault) {
            throw new ConnectException("Elasticsearch refuses documents: " + error + ", and on.destination.fault=fail");
        }
    }

    /** Sends a request again as it is: after the others of its index, in case that it is the one that times out. */
    private void sendAgain(Bulk bulk, long now) {
        Bulk wanted = withoutAbandoned(bulk);
        if (wanted.isEmpty()) {
            suspects.clear(bulk);
        } else if (suspects.isSuspect(wanted)) {
            suspects.again(wanted, now);
        } else {
            metrics.retried(wanted.count());
            queues.of(wanted.index(), now).addLast(wanted);
        }
    }

    private void sendAgain(Bulk bulk, List<Operation> operations, IndexQueue queue, long now) {
        for (Operation operation : operations) {
            if (!isDropped(operation)) {
                metrics.retried(1);
                queue.addAgain(operation, bulk, now);
            }
        }
    }

    private void sendInHalves(Bulk bulk, long now) {
        Bulk wanted = withoutAbandoned(bulk);
        if (wanted.count() < 2) {
            sendAgain(wanted, now);
            return;
        }
        metrics.retried(wanted.count());
        List<Bulk> halves = wanted.halves();
        IndexQueue queue = queues.of(wanted.index(), now);
        queue.addFirst(halves.get(1));
        queue.addFirst(halves.get(0));
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
            failIfConfigured(error);
        }
    }

    private void dropAbandoned() {
        queues.removeIf(this::isDropped);
        suspects.removeIf(this::isDropped);
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

    private static String noAnswer(Exception failure) {
        return "no answer: " + failure.getClass().getSimpleName();
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
