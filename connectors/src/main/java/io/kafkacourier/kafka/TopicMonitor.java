/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches on a thread of its own which topics and partitions there are to read. Safe for use by several threads. */
public final class TopicMonitor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicMonitor.class);

    private final Supplier<List<InputTopic>> lookup;
    private final Runnable onChange;
    private final Consumer<RuntimeException> onFailure;
    private final ScheduledExecutorService thread;
    private final Future<?> looks;
    private volatile List<InputTopic> topics;

    /**
     * Looks once before it returns.
     *
     * @param lookup asks the cluster
     * @param onChange called when a look finds other topics, ids or partitions than the one before
     * @param onFailure called with what a later look failed on, unless it may succeed the next time; no other look follows
     * @throws RuntimeException what the first look failed on
     */
    public TopicMonitor(
            String name,
            Supplier<List<InputTopic>> lookup,
            Duration interval,
            Runnable onChange,
            Consumer<RuntimeException> onFailure) {
        this.lookup = lookup;
        this.onChange = onChange;
        this.onFailure = onFailure;
        this.topics = lookup.get();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, name);
            daemon.setDaemon(true);
            return daemon;
        });
        looks = thread.scheduleWithFixedDelay(
                this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What the last look found. */
    public List<InputTopic> topics() {
        return topics;
    }

    @Override
    public void close() {
        thread.shutdown();
        looks.cancel(true);
    }

    private void look() {
        try {
            List<InputTopic> found = lookup.get();
            if (!found.equals(topics)) {
                log.info("The topics to be read have changed from {} to {}", topics, found);
                topics = found;
                onChange.run();
            }
        } catch (RetriableException e) {
            log.warn("Could not look for topics and partitions to be read; trying again later", e);
        } catch (RuntimeException e) {
            if (!thread.isShutdown()) {
                thread.shutdown();
                onFailure.accept(e);
            }
        }
    }
}
