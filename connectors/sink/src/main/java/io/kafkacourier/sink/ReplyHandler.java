/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import io.kafkacourier.core.log.Reminder;
import io.kafkacourier.sink.Batch.Operation;
import io.kafkacourier.sink.Quarantine.Rejected;
import io.kafkacourier.sink.Response.Failure;
import io.kafkacourier.sink.Response.Result;
import io.kafkacourier.sink.Response.Results;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of records once their request was answered or failed: they are settled, refused, or sent again. A
 * problem is put down to the smallest thing that explains it: a record, its destination, or the target system. To be used
 * from the task's thread; times are milliseconds of one clock that never goes back.
 */
final class ReplyHandler {

    private static final Logger log = LoggerFactory.getLogger(ReplyHandler.class);

    /** In the metrics, the name of a fault that concerns no single destination. */
    private static final String CONNECTION = "connection";

    private final TargetSystem target;
    private final boolean failsOnDestinationFault;
    private final DestinationQueues queues;
    private final Quarantine quarantine;
    private final CircuitBreaker breaker;
    private final ConcurrencyLimit concurrency;
    private final Requests requests;
    private final Refusals refusals;
    private final HeldMemory memory;
    private final DeliveryMetrics metrics;
    private final Reminder reminder;
    /** The ordinal of the latest request of which a record was taken. */
    private long lastTaken;

    ReplyHandler(
            TargetSystem target,
            boolean failsOnDestinationFault,
            DestinationQueues queues,
            Quarantine quarantine,
            CircuitBreaker breaker,
            ConcurrencyLimit concurrency,
            Requests requests,
            Refusals refusals,
            HeldMemory memory,
            DeliveryMetrics metrics,
            Reminder reminder) {
        this.target = target;
        this.failsOnDestinationFault = failsOnDestinationFault;
        this.queues = queues;
        this.quarantine = quarantine;
        this.breaker = breaker;
        this.concurrency = concurrency;
        this.requests = requests;
        this.refusals = refusals;
        this.memory = memory;
        this.metrics = metrics;
        this.reminder = reminder;
    }

    /**
     * Acts on a reply.
     *
     * @throws ConnectException if the configuration says that the task is to fail, or it cannot go on
     */
    void take(Reply reply, long now) {
        if (reply.isToACheck()) {
            takeCheck(reply, now);
            return;
        }
        Batch batch = reply.batch();
        metrics.replied(batch.length(), now - reply.sentMs());
        DestinationQueue queue = queues.of(batch.destination(), now);
        if (!quarantine.contains(batch)) {
            queue.returned(batch);
        }
        Response response = reply.response().get();
        if (response instanceof Results results) {
            takeResults(reply, results.results(), now);
        } else if (response instanceof Failure failure) {
            takeFailure(reply, failure, now);
        }
        forgetFaultOfUnused(queue);
        forgetFaultOfIdleConnection();
    }

    /** @throws ConnectException if a fault of the destination is to fail the task */
    void failIfConfigured(String error) {
        if (failsOnDestinationFault) {
            throw new ConnectException(target.name() + " refuses records: " + error + ", and "
                    + DeliverySettings.ON_DESTINATION_FAULT + "=fail");
        }
    }

    /** Drops the records of partitions that were taken away, apart from those in requests under way. */
    void dropAbandoned() {
        queues.removeIf(this::isDropped);
        quarantine.removeIf(this::isDropped);
        queues.all().forEach(this::forgetFaultOfUnused);
        forgetFaultOfIdleConnection();
    }

    /** Without records nothing is sent, so nothing would show that the connection works again. */
    private void forgetFaultOfIdleConnection() {
        if (queues.areEmpty() && quarantine.isEmpty() && requests.inFlight() == 0) {
            metrics.fault(CONNECTION, false);
        }
    }

    /** Without records a destination is not probed, so nothing would show that it is healthy again. */
    private void forgetFaultOfUnused(DestinationQueue queue) {
        if (queue.isEmpty() && queue.inFlight() == 0) {
            hasRecovered(queue);
        }
    }

    /** Acts on a request that failed as a whole. */
    private void takeFailure(Reply reply, Failure failure, long now) {
        String error = failure.error();
        metrics.failed(error);
        Batch batch = reply.batch();
        switch (failure.outcome()) {
            case RETRY -> {
                sendAgain(batch, now);
                fail(reply, now, error);
            }
            case THROTTLE -> {
                concurrency.overloaded();
                sendInHalves(batch, now);
                fail(reply, now, error);
            }
            case TIMEOUT -> {
                if (!quarantine.contains(batch)) {
                    hold(queues.of(batch.destination(), now), reply.sentMs(), now, error, false, false);
                }
                sendAgain(batch, now);
                check(now);
            }
            case SUSPECT -> suspect(reply, error, now);
            case SPLIT -> {
                split(batch, error, now);
                answered(reply);
            }
            case DESTINATION_FAULT -> {
                sendAgain(batch, now);
                faultOfTarget(reply, now, error);
            }
        }
    }

    /** Acts on the results of a request that was carried out. */
    private void takeResults(Reply reply, List<Result> results, long now) {
        Batch batch = reply.batch();
        answered(reply);
        quarantine.release(batch);
        DestinationQueue queue = queues.of(batch.destination(), now);
        boolean progress = results.stream().anyMatch(Result::isSuccess);
        if (progress) {
            lastTaken = Math.max(lastTaken, reply.ordinal());
            queue.took(now);
        }
        List<Operation> again = new ArrayList<>();
        String error = "";
        boolean overloaded = false;
        boolean faultOfDestination = false;
        for (int i = 0; i < results.size(); i++) {
            Operation operation = batch.operations().get(i);
            Result result = results.get(i);
            RecordOutcome outcome = resolved(result.outcome(), queue, now);
            switch (outcome) {
                case WRITTEN, DUPLICATE -> settle(operation, outcome);
                case REFUSED -> refuse(operation, result.error());
                case DESTINATION_FAULT, RETRY, OVERLOADED, UNCLEAR -> {
                    again.add(operation);
                    error = result.error();
                    faultOfDestination |= outcome == RecordOutcome.DESTINATION_FAULT;
                    overloaded |= outcome == RecordOutcome.OVERLOADED;
                }
            }
        }
        if (overloaded) {
            concurrency.overloaded();
        } else if (progress) {
            concurrency.succeeded();
        }
        if (again.isEmpty()) {
            if (hasRecovered(queue)) {
                log.info("The {} {} takes records again", target.destinationKind(), queue.destination());
            }
        } else {
            metrics.failed(error);
            sendAgain(batch, again, queue, now);
            hold(queue, reply.sentMs(), now, error, progress, faultOfDestination);
            if (faultOfDestination) {
                failIfConfigured(error);
            }
        }
    }

    private static RecordOutcome resolved(RecordOutcome outcome, DestinationQueue queue, long now) {
        if (outcome == RecordOutcome.UNCLEAR) {
            return queue.tookLately(now) ? RecordOutcome.REFUSED : RecordOutcome.DESTINATION_FAULT;
        }
        return outcome;
    }

    private boolean hasRecovered(DestinationQueue queue) {
        if (!queue.recovered()) {
            return false;
        }
        metrics.fault(queue.destination(), false);
        reminder.forget(matter(queue));
        return true;
    }

    /** @param toBeFixed whether somebody has to fix something, as opposed to a problem that may pass */
    private void hold(
            DestinationQueue queue, long sentMs, long now, String error, boolean progress, boolean toBeFixed) {
        if (toBeFixed) {
            metrics.fault(queue.destination(), true);
        }
        queue.hold(sentMs, now, progress);
        if (reminder.isDue(matter(queue))) {
            String message =
                    "The {} {} does not take records: {}. The offsets of its records are held, and they are sent"
                            + " again without limit. Records for others are not affected";
            if (toBeFixed) {
                log.error(message, target.destinationKind(), queue.destination(), error);
            } else {
                log.warn(message, target.destinationKind(), queue.destination(), error);
            }
        }
    }

    /** What the reminder knows a faulty destination by. */
    private static String matter(DestinationQueue queue) {
        return "destination " + queue.destination();
    }

    /** The request was cut, or refused without a reason: because of one record, or of all. */
    private void suspect(Reply reply, String error, long now) {
        Batch batch = withoutAbandoned(reply.batch());
        concurrency.overloaded();
        if (batch.isEmpty()) {
            quarantine.release(reply.batch());
        } else if (batch.count() > 1) {
            hold(queues.of(batch.destination(), now), reply.sentMs(), now, error, false, false);
            batch.failed(requests.sent());
            sendInHalves(batch, now);
        } else {
            metrics.retried(1);
            if (quarantine.add(batch, error, requests.sent())) {
                log.warn(
                        "A request that holds only {} failed: {}. The record is sent again, and refused after {} failures if"
                                + " {} takes other records",
                        batch.operations().get(0).pending(),
                        error,
                        Quarantine.MAX_ATTEMPTS,
                        target.name());
            }
        }
        check(now);
    }

    private void check(long now) {
        if (!requests.isChecking()) {
            requests.check(now);
        }
    }

    private void takeCheck(Reply reply, long now) {
        Response response = reply.response().get();
        quarantine.checked(response instanceof Results, lastTaken, now);
        if (response instanceof Failure failure) {
            fail(reply, now, failure.error());
        }
        for (Rejected record = quarantine.nextRejected(); record != null; record = quarantine.nextRejected()) {
            refuse(record.batch().operations().get(0), record.error());
        }
        String pathError = quarantine.pathError();
        if (pathError != null) {
            metrics.fault(CONNECTION, true);
            failIfConfigured(pathError);
            if (reminder.isDue("path")) {
                log.error("Requests fail again and again although {} can be reached: {}", target.name(), pathError);
            }
        }
    }

    private void split(Batch batch, String error, long now) {
        if (batch.count() == 1) {
            quarantine.release(batch);
            refuse(batch.operations().get(0), error);
        } else {
            sendInHalves(batch, now);
        }
    }

    private void answered(Reply reply) {
        metrics.fault(CONNECTION, false);
        if (breaker.answered(reply.sentMs())) {
            reminder.forget("failure");
            reminder.forget("fault");
            log.info("{} answers again", target.name());
        }
    }

    private void fail(Reply reply, long now, String error) {
        if (breaker.failed(reply.sentMs(), now) && reminder.isDue("failure")) {
            log.warn(
                    "{} takes no records now ({}); trying again in {} ms",
                    target.name(),
                    error,
                    breaker.openForMs(now));
        }
    }

    private void faultOfTarget(Reply reply, long now, String error) {
        metrics.fault(CONNECTION, true);
        failIfConfigured(error);
        if (breaker.failed(reply.sentMs(), now) && reminder.isDue("fault")) {
            log.error("{} refuses requests: {}. Nothing is written until this is fixed", target.name(), error);
        }
    }

    private void settle(Operation operation, RecordOutcome outcome) {
        if (outcome == RecordOutcome.DUPLICATE) {
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
                    operation.pending(),
                    "was refused for " + target.destinationKind() + " " + operation.destination() + " by "
                            + target.name() + ": " + error);
        }
    }

    /** Sends a request again as it is: after the others of its destination, in case that it is the one that times out. */
    private void sendAgain(Batch batch, long now) {
        Batch wanted = withoutAbandoned(batch);
        if (wanted.isEmpty()) {
            quarantine.release(batch);
        } else if (quarantine.contains(wanted)) {
            quarantine.retry(wanted, now);
        } else {
            metrics.retried(wanted.count());
            queues.of(wanted.destination(), now).addLast(wanted);
        }
    }

    private void sendAgain(Batch batch, List<Operation> operations, DestinationQueue queue, long now) {
        for (Operation operation : operations) {
            if (!isDropped(operation)) {
                metrics.retried(1);
                queue.addAgain(operation, batch, now);
            }
        }
    }

    private void sendInHalves(Batch batch, long now) {
        Batch wanted = withoutAbandoned(batch);
        if (wanted.isEmpty()) {
            quarantine.release(batch);
            return;
        } else if (wanted.count() == 1) {
            sendAgain(wanted, now);
            return;
        }
        metrics.retried(wanted.count());
        List<Batch> halves = wanted.halves();
        DestinationQueue queue = queues.of(wanted.destination(), now);
        queue.addFirst(halves.get(1));
        queue.addFirst(halves.get(0));
    }

    private Batch withoutAbandoned(Batch batch) {
        List<Operation> wanted = batch.operations().stream()
                .filter(operation -> !isDropped(operation))
                .toList();
        return wanted.size() == batch.count() ? batch : batch.only(wanted);
    }

    /** Gives the memory of an abandoned operation back. To be asked once for each. */
    private boolean isDropped(Operation operation) {
        if (operation.pending().isAbandoned()) {
            memory.release(operation.heldBytes());
            return true;
        }
        return false;
    }
}
