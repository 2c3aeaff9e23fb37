/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import io.kafkacourier.embedded.ConnectRest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Collects a connector's metrics and status over time, because both change quickly. */
final class Observed implements AutoCloseable {

    private static final long INTERVAL_MS = 250;
    private static final List<String> REASONS =
            List.of("missing", "not-allowed", "no-leader", "under-min-isr", "unconfirmed", "no-answer", "other");

    private final ConnectRest rest;
    private final ConnectorMetrics metrics;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> looks;
    private final Set<String> reasons = new ConcurrentSkipListSet<>();
    private final Set<String> failures = new ConcurrentSkipListSet<>();
    private volatile double oldestBatchMs;
    private volatile @Nullable Throwable trouble;

    Observed(ConnectRest rest, ConnectorMetrics metrics) {
        this.rest = rest;
        this.metrics = metrics;
        this.looks = thread.scheduleWithFixedDelay(this::look, 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            observe();
        } catch (RuntimeException | AssertionError e) {
            trouble = e;
        }
    }

    private void observe() {
        failures.addAll(rest.failures(metrics.connector()));
        oldestBatchMs = Math.max(oldestBatchMs, metrics.sum("batch-age-ms", ""));
        REASONS.stream()
                .filter(reason -> metrics.sum("stalled-reason", "reason=" + reason) > 0)
                .forEach(reasons::add);
    }

    private void requireNoTrouble() {
        Throwable seen = trouble;
        if (seen != null) {
            throw new AssertionError("could not read the metrics and the status of " + metrics.connector(), seen);
        }
    }

    /** The values of {@code stalled-reason} that were above 0 at any time. */
    Set<String> reasons() {
        requireNoTrouble();
        return reasons;
    }

    /** The stack traces of tasks that were FAILED at any time. */
    Set<String> failures() {
        requireNoTrouble();
        return failures;
    }

    /** The highest {@code batch-age-ms}. */
    double oldestBatchMs() {
        requireNoTrouble();
        return oldestBatchMs;
    }

    @Override
    public void close() {
        looks.cancel(true);
        thread.shutdownNow();
    }
}
