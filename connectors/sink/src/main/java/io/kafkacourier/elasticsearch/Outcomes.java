/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.elasticsearch.Bulk.Operation;
import io.kafkacourier.elasticsearch.BulkSender.Reply;
import io.kafkacourier.elasticsearch.Suspects.Convicted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of documents once their request was answered or failed: settled, refused, or sent again. Trouble is put
 * down to the smallest thing that explains it: a document, its index, or the server. To be used from the task's thread;
 * times are milliseconds of one clock that never goes back.
 */
final class Outcomes {

    private static final Logger log = LoggerFactory.getLogger(Outcomes.class);

    /** Errors of single documents that mean that the server has too much to do. */
    private static final Set<String> OVERLOAD =
            Set.of("es_rejected_execution_exception", "circuit_breaking_exception", "rejected_execution_exception");

    /** What a fault is about that concerns no index, in the metrics. */
    private static final String CONNECTION = "connection";

    private final IndexQueues queues;
    private final Suspects suspects;
    private final Gate gate;
    private final Concurrency concurrency;
    private final BulkSender sender;
    private final Refusals refusals;
    private final HeldMemory memory;
    private final DeliveryMetrics metrics;
    private final boolean failsOnDestinationFault;
    private final Reminder suspectReminder;
    /** The ordinal of the latest of the requests of which a document was taken. */
    private long lastTaken;

    Outcomes(
            IndexQueues queues,
            Suspects suspects,
            Gate gate,
            Concurrency concurrency,
            BulkSender sender,
            Refusals refusals,
            HeldMemory memory,
            DeliveryMetrics metrics,
            boolean failsOnDestinationFault,
            long nowMs) {
        this.queues = queues;
        this.suspects = suspects;
        this.gate = gate;
        this.concurrency = concurrency;
        this.sender = sender;
        this.refusals = refusals;
        this.memory = memory;
        this.metrics = metrics;
        this.failsOnDestinationFault = failsOnDestinationFault;
        this.suspectReminder = new Reminder(nowMs);
    }

    /**
     * Takes in a reply.
     *
     * @throws ConnectException if the configuration says that the task is to fail, or it cannot go on
     */
    void take(Reply reply, long now) {
        if (reply.isToACheck()) {
            takeCheck(reply, now);
            return;
        }
        metrics.replied(reply.bulk().length(), now - reply.sentMs());
        IndexQueue queue = queues.of(reply.bulk().index(), now);
        if (!suspects.isSuspect(reply.bulk())) {
            queue.returned(reply.bulk());
        }
        judge(reply, now);
        forgetFaultOfNobody(queue);
        forgetFaultOfIdleConnection();
    }

    private void judge(Reply reply, long now) {
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
    }

    /** @throws ConnectException if a fault of the destination is to fail the task */
    void failIfConfigured(String error) {
        if (failsOnDestinationFault) {
            throw new ConnectException("Elasticsearch refuses documents: " + error + ", and on.destination.fault=fail");
        }
    }

    /** Drops the documents of partitions that were taken away, apart from those in requests under way. */
    void dropAbandoned() {
        queues.removeIf(this::isDropped);
        suspects.removeIf(this::isDropped);
        queues.all().forEach(this::forgetFaultOfNobody);
        forgetFaultOfIdleConnection();
    }

    /** Without documents nothing is sent, so nobody would learn that the connection works again. */
    private void forgetFaultOfIdleConnection() {
        if (queues.areEmpty() && suspects.areEmpty() && sender.inFlight() == 0) {
            metrics.fault(CONNECTION, false);
        }
    }

    /** Without documents an index is not probed, so nobody would learn that it is healthy again. */
    private void forgetFaultOfNobody(IndexQueue queue) {
        if (queue.isEmpty() && queue.inFlight() == 0 && queue.healed()) {
            metrics.fault(queue.index(), false);
        }
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
                    hold(queues.of(bulk.index(), now), reply.sentMs(), now, error, false, false);
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
            lastTaken = Math.max(lastTaken, reply.ordinal());
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
            hold(queue, reply.sentMs(), now, trouble, progress, faultOfDestination);
            if (faultOfDestination) {
                failIfConfigured(trouble);
            }
        }
    }

    private void healed(IndexQueue queue) {
        if (queue.healed()) {
            metrics.fault(queue.index(), false);
            log.info("Index {} takes documents again", queue.index());
        }
    }

    /** @param toBeFixed whether somebody has to fix something, as opposed to trouble that may pass */
    private void hold(IndexQueue queue, long sentMs, long now, String error, boolean progress, boolean toBeFixed) {
        if (toBeFixed) {
            metrics.fault(queue.index(), true);
        }
        if (queue.hold(sentMs, now, progress)) {
            String message =
                    "Index {} does not take documents: {}. The offsets of its documents are held and they are sent"
                            + " again, without limit; other indices go on";
            if (toBeFixed) {
                log.error(message, queue.index(), error);
            } else {
                log.warn(message, queue.index(), error);
            }
        }
    }

    /** The request was cut, or refused for no known reason: because of one document, or of all. */
    private void suspect(Reply reply, String error, long now) {
        Bulk bulk = withoutAbandoned(reply.bulk());
        concurrency.overloaded();
        if (bulk.isEmpty()) {
            suspects.clear(reply.bulk());
        } else if (bulk.count() > 1) {
            hold(queues.of(bulk.index(), now), reply.sentMs(), now, error, false, false);
            bulk.failed(sender.sent());
            sendInHalves(bulk, now);
        } else {
            metrics.retried(1);
            if (suspects.suspect(bulk, error, sender.sent())) {
                log.warn(
                        "A request that holds only {} failed: {}. The record is sent again, and refused after {} failures if"
                                + " the server takes others",
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

    private void takeCheck(Reply reply, long now) {
        boolean reachable = reply.failure() == null && reply.status() < 500 && reply.status() != 429;
        suspects.checked(reachable, lastTaken, now);
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
            metrics.fault(CONNECTION, true);
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
        metrics.fault(CONNECTION, false);
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
        metrics.fault(CONNECTION, true);
        failIfConfigured(error);
        if (gate.trouble(reply.sentMs(), now)) {
            log.error("Elasticsearch refuses requests: {}. Nothing is written until this is fixed", error);
        }
    }

    private void done(Operation operation, int status) {
        if (status == 409) {
            metrics.duplicate();
        } else {
            metrics.wrote();
        }
        memory.release(operation.heldBytes());
        operation.pending().settle();
    }

    private void refuse(Operation operation, String error) {
        memory.release(operation.heldBytes());
        if (!operation.pending().isAbandoned()) {
            refusals.refuse(
                    operation.pending(), "was refused for index " + operation.index() + " by Elasticsearch: " + error);
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
        if (wanted.isEmpty()) {
            suspects.clear(bulk);
            return;
        } else if (wanted.count() == 1) {
            sendAgain(wanted, now);
            return;
        }
        metrics.retried(wanted.count());
        List<Bulk> halves = wanted.halves();
        IndexQueue queue = queues.of(wanted.index(), now);
        queue.addFirst(halves.get(1));
        queue.addFirst(halves.get(0));
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
            memory.release(operation.heldBytes());
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
}
