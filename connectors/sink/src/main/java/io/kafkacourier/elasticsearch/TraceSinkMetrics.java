/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.kafka.metrics.MetricPublishers;
import io.kafkacourier.sink.DeliveryMetrics;
import java.util.concurrent.atomic.LongAdder;

/** What one task of the sink counts, and under which names it is published. Safe for use by several threads. */
final class TraceSinkMetrics {

    private static final String TYPE = "elasticsearch-trace-sink";

    private final DeliveryMetrics delivery = new DeliveryMetrics();
    private final LongAdder unsampled = new LongAdder();

    /** What the delivery counts. */
    DeliveryMetrics delivery() {
        return delivery;
    }

    /** A record was skipped because its trace is not sampled. */
    void unsampled() {
        unsampled.increment();
    }

    /** How many records were skipped because their trace is not sampled. */
    long unsampledRecords() {
        return unsampled.sum();
    }

    /**
     * Publishes all of it in JMX, as {@code io.kafkacourier:type=elasticsearch-trace-sink,connector="...",task="..."}.
     * The metrics of an earlier task of that name are replaced.
     *
     * @return withdraws the metrics, unless a later task has replaced them
     */
    MetricPublisher publish(String connector, String task) {
        MetricPublisher publisher = MetricPublishers.inJmx(TYPE, connector, task);
        publisher.publish(TraceSinkMetric.DOCUMENTS.metric(), delivery::written);
        publisher.publish(TraceSinkMetric.BYTES.metric(), delivery::requestBytes);
        publisher.publish(TraceSinkMetric.REQUESTS.metric(), delivery::requests);
        publisher.publish(TraceSinkMetric.DUPLICATES.metric(), delivery::duplicates);
        publisher.publish(TraceSinkMetric.RETRIES.metric(), delivery::retries);
        publisher.publish(TraceSinkMetric.REFUSED.metric(), delivery::refusedRecords);
        publisher.publish(TraceSinkMetric.SKIPPED.metric(), delivery::skippedRecords);
        publisher.publish(TraceSinkMetric.UNSAMPLED.metric(), this::unsampledRecords);
        publisher.publish(TraceSinkMetric.BUFFERED_BYTES.metric(), delivery::heldBytes);
        publisher.publish(TraceSinkMetric.IN_FLIGHT.metric(), delivery::requestsInFlight);
        publisher.publish(TraceSinkMetric.FAULTY_INDICES.metric(), delivery::faultyDestinations);
        publisher.publish(TraceSinkMetric.PAUSED_PARTITIONS.metric(), delivery::pausedPartitions);
        publisher.publish(TraceSinkMetric.OLDEST_PENDING.metric(), delivery::oldestPendingMs);
        publisher.publish(TraceSinkMetric.LAST_BULK_LATENCY.metric(), delivery::lastLatencyMs);
        publisher.publishText(TraceSinkMetric.LAST_ERROR.metric(), delivery::lastError);
        publisher.publish(TraceSinkMetric.DESTINATION_FAULT.metric(), delivery::faults);
        return publisher;
    }
}
