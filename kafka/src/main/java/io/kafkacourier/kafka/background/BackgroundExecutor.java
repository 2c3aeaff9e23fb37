/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.background;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work on one daemon thread, in the order in which it falls due. Work that throws anything, even an {@link Error}, is
 * logged and stops nothing: the thread goes on, and repeated work is repeated. Safe for use by several threads.
 */
public final class BackgroundExecutor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BackgroundExecutor.class);

    private final String name;
    private final Duration patience;
    private final ScheduledThreadPoolExecutor executor;

    /**
     * Starts no thread before there is work.
     *
     * @param name the name of the thread
     * @param patience how long {@link #close} waits for work that is under way, and once more after it has interrupted that
     *     work. 0: it interrupts at once and does not wait
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
     * Runs work once, as soon as the thread is free.
     *
     * @throws RejectedExecutionException if this is closed
     */
    public void execute(Runnable work) {
        schedule(work, Duration.ZERO);
    }

    /**
     * Runs work once, after a delay.
     *
     * @throws RejectedExecutionException if this is closed
     */
    public void schedule(Runnable work, Duration delay) {
        var unused = executor.schedule(() -> run(work), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs work again and again until this is closed.
     *
     * @param first the delay of the first run
     * @param interval from the end of each run to the start of the next; more than 0
     * @throws RejectedExecutionException if this is closed
     */
    public void repeat(Runnable work, Duration first, Duration interval) {
        var unused = executor.scheduleWithFixedDelay(
                () -> run(work), first.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether {@link #close} was called, so that work under way had better end. */
    public boolean isClosed() {
        return executor.isShutdown();
    }

    /**
     * Drops work that has not begun, and ends the thread. Takes no longer than twice the patience: work that ignores its
     * interrupt is left to run out.
     */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!isEnded()) {
                executor.shutdownNow();
                if (!isEnded() && !patience.isZero()) {
                    log.warn("The thread {} does not end although it was interrupted; it is left to itself", name);
                }
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isEnded() throws InterruptedException {
        return executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    // An executor would keep what was thrown to itself, and never run repeated work again.
    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            if (isClosed()) {
                log.debug("Work of the thread {} failed while it was closed", name, e);
            } else {
                log.error("Work of the thread {} failed", name, e);
            }
        }
    }
}
