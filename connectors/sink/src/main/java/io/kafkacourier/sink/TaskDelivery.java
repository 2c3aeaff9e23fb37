/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;

/**
 * What a sink's task does between its start and its stop: each method is the one of the same name of {@link
 * org.apache.kafka.connect.sink.SinkTask}. To be used from the task's thread.
 */
public final class TaskDelivery {

    /** How many requests may be under way in addition to those of {@code maxInFlight}: probes, a suspect, and a check. */
    public static final int OTHER_REQUESTS = DestinationQueues.MAX_PROBES + 2;

    private final SinkTaskContext context;
    private final DeliverySettings settings;
    private final DeliveryMetrics metrics;
    private final Delivery delivery;
    private final BackPressure backPressure;
    private Map<TopicPartition, OffsetAndMetadata> current = Map.of();
    private Map<TopicPartition, OffsetAndMetadata> committing = new HashMap<>();

    /**
     * For a task that starts.
     *
     * @param tickerMs milliseconds that never go back, from any start
     * @throws ConnectException if records are to be reported and the worker has no dead letter topic for the task
     */
    public TaskDelivery(
            SinkTaskContext context,
            TargetSystem target,
            DeliverySettings settings,
            DeliveryMetrics metrics,
            RandomGenerator random,
            LongSupplier tickerMs) {
        Supplier<ExponentialBackoff> backoffs = () -> settings.backoff(random);
        Refusals refusals = new Refusals(settings.onMalformed(), reporter(context, settings), metrics);
        this.context = context;
        this.settings = settings;
        this.metrics = metrics;
        this.delivery = new Delivery(target, settings, refusals, backoffs, metrics, tickerMs);
        this.backPressure = new BackPressure(context, settings.bufferMaxBytes());
    }

    private static @Nullable ErrantRecordReporter reporter(SinkTaskContext context, DeliverySettings settings) {
        ErrantRecordReporter reporter = context.errantRecordReporter();
        if (reporter == null && settings.onMalformed() == DeliverySettings.OnMalformed.REPORT) {
            throw new ConnectException(
                    DeliverySettings.ON_MALFORMED + "=report needs a dead letter topic, but the worker"
                            + " gives this task none; set errors.tolerance=all and errors.deadletterqueue.topic.name, or "
                            + DeliverySettings.ON_MALFORMED + " to fail or warn");
        }
        return reporter;
    }

    /** Begins the assignment of partitions. */
    public void open(Collection<TopicPartition> partitions) {
        delivery.open(partitions);
        backPressure.opened(partitions);
    }

    /**
     * Takes records over. Neither waits nor asks for the same records again.
     *
     * @throws ConnectException if the configuration says that the task is to fail, or it cannot go on
     */
    public void put(Collection<SinkRecord> records) {
        records.forEach(delivery::accept);
        delivery.advance();
        delivery.throwIfFailed();
        backPressure.update(
                delivery.heldBytes(), delivery.stuckBytes(), delivery.isStalled(), delivery.stuckPartitions());
        metrics.pausedPartitions(backPressure.paused());
        if (delivery.idleMs() < Long.MAX_VALUE) {
            context.timeout(delivery.idleMs());
        }
    }

    /** What may be committed of these offsets. */
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        delivery.flush();
        delivery.advance();
        current = currentOffsets;
        committing = delivery.committable(currentOffsets);
        return committing;
    }

    /**
     * Ends the assignment of partitions, after a short wait for the responses for them. Connect commits what {@code preCommit}
     * returned only after this: the offsets in that map are moved up, so that the next owner does not read again what was
     * written meanwhile.
     */
    public void close(Collection<TopicPartition> partitions) {
        delivery.await(partitions, settings.closeTimeout());
        committing.putAll(delivery.committable(current));
        delivery.close(partitions);
    }
}
