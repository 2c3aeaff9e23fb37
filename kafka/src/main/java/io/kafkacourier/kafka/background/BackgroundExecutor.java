/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.background;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on one daemon thread, in the order in which they become due. If a task throws anything, even an {@link
 * Error}, the failure is logged and the thread goes on; a repeated task is still repeated. Safe for use by several
 * threads.
 */
public final class BackgroundExecutor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BackgroundExecutor.class);

    private final String name;
    private final Duration patience;
    private final ScheduledThreadPoolExecutor executor;

    /**
     * Creates an executor; the thread starts with the first task.
     *
     * @param name the name of the thread
     * @param patience how long {@link #close} waits for the running task, and again after it has interrupted the task.
     *     0: it interrupts at once and does not wait
     */
    public BackgroundExecutor(String name, Duration patience) {
        this.name = name;
        this.patience = patience;
        this.executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /**
     * Runs a task once, as soon as the thread is free.
     *
     * @throws RejectedExecutionException if this is closed
     */
    public void execute(Runnable work) {
        schedule(work, Duration.ZERO);
    }

    /**
     * Runs a task once, after a delay.
     *
     * @throws RejectedExecutionException if this is closed
     */
    public void schedule(Runnable work, Duration delay) {
        var unused = executor.schedule(() -> run(work), nanos(delay), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs a task repeatedly until this is closed.
     *
     * @param first the delay of the first run
     * @param interval from the end of each run to the start of the next; more than 0
     * @throws RejectedExecutionException if this is closed
     */
    public void repeat(Runnable work, Duration first, Duration interval) {
        var unused =
                executor.scheduleWithFixedDelay(() -> run(work), nanos(first), nanos(interval), TimeUnit.NANOSECONDS);
    }

    /** Whether {@link #close} was called, so that a running task should end. */
    public boolean isClosed() {
        return executor.isShutdown();
    }

    /**
     * Drops tasks that have not started, and ends the thread. Takes at most twice the patience: it does not wait longer
     * for a task that ignores the interrupt.
     */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!isEnded()) {
                executor.shutdownNow();
                if (!isEnded() && !patience.isZero()) {
                    log.warn(
                            "The thread {} does not end although it was interrupted; it is not waited for any"
                                    + " longer",
                            name);
                }
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isEnded() throws InterruptedException {
        return executor.awaitTermination(nanos(patience), TimeUnit.NANOSECONDS);
    }

    /** At most 292 years, which count as never. */
    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    // The JDK's executor would hide the exception, and never run a repeated task again.
    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            if (isClosed()) {
                log.debug("A task of the thread {} failed while it was closed", name, e);
            } else {
                log.error("A task of the thread {} failed", name, e);
            }
        }
    }
}
