/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import io.kafkacourier.sink.DeliverySettings.OnMalformed;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that can never be written. A record that is reported to the dead letter topic is settled when its report is
 * durable and not before. To be used from the task's thread only, as Connect's reporter must be.
 */
final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    private record Report(PendingRecord pending, Future<Void> done) {}

    private final OnMalformed policy;
    private final @Nullable ErrantRecordReporter reporter;
    private final DeliveryMetrics metrics;
    private final List<Report> reports = new ArrayList<>();
    private long heldBytes;

    /** @param reporter not null if the policy is to report */
    Refusals(OnMalformed policy, @Nullable ErrantRecordReporter reporter, DeliveryMetrics metrics) {
        if (policy == OnMalformed.REPORT && reporter == null) {
            throw new IllegalArgumentException("a policy of reporting needs a reporter");
        }
        this.policy = policy;
        this.reporter = reporter;
        this.metrics = metrics;
    }

    /**
     * Treats a record as the policy says.
     *
     * @param why the end of a sentence that begins with the record; no payload
     * @throws ConnectException if the policy is to fail, or the record could not be reported
     */
    void refuse(PendingRecord pending, String why) {
        metrics.refused();
        DataException error = new DataException(pending + " " + why);
        if (policy == OnMalformed.FAIL) {
            throw new ConnectException(
                    "A record cannot be written, and " + DeliverySettings.ON_MALFORMED + "=fail", error);
        } else if (policy == OnMalformed.WARN || reporter == null) {
            log.warn("Skipping a record that cannot be written: {}", error.getMessage());
            pending.settle();
        } else {
            heldBytes += pending.heldBytes();
            reports.add(new Report(pending, reporter.report(pending.record(), error)));
        }
    }

    /**
     * Settles the records whose reports are durable by now.
     *
     * @throws ConnectException if a report failed: its record would be lost
     */
    void settle() {
        for (Iterator<Report> it = reports.iterator(); it.hasNext(); ) {
            Report report = it.next();
            if (report.done().isDone()) {
                it.remove();
                heldBytes -= report.pending().heldBytes();
                ensureDurable(report);
                report.pending().settle();
            }
        }
    }

    /** Whether there are reports that are not known to be durable yet. */
    boolean areOpen() {
        return !reports.isEmpty();
    }

    /** The memory of records whose reports are not known to be durable yet. */
    long heldBytes() {
        return heldBytes;
    }

    private static void ensureDurable(Report report) {
        try {
            report.done().get();
        } catch (ExecutionException e) {
            throw new ConnectException("The report of " + report.pending() + " to the dead letter topic failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while reporting " + report.pending(), e);
        }
    }
}
