/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/** Translates Connect's calls for {@link Delivery}. {@code put} neither waits nor asks for the same records again. */
public final class ElasticsearchTraceSinkTask extends SinkTask {

    /** What exists between {@code start} and {@code stop}. */
    private record Session(
            ElasticsearchClients clients,
            BulkSender sender,
            TraceSinkMetrics metrics,
            Delivery delivery,
            BackPressure backPressure,
            Duration closeTimeout,
            MetricPublisher publisher) {}

    private final Clock clock;
    private final LongSupplier tickerMs;
    private final RandomGenerator random;
    private @Nullable Session session;
    private Map<TopicPartition, OffsetAndMetadata> current = Map.of();
    private Map<TopicPartition, OffsetAndMetadata> committing = new HashMap<>();

    /** For Connect. */
    public ElasticsearchTraceSinkTask() {
        this(Clock.systemUTC(), () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), new Random());
    }

    ElasticsearchTraceSinkTask(Clock clock, LongSupplier tickerMs, RandomGenerator random) {
        this.clock = clock;
        this.tickerMs = tickerMs;
        this.random = random;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        ElasticsearchTraceSinkConfig.mistakes(properties).stream().findFirst().ifPresent(mistake -> {
            throw mistake.asException();
        });
        ElasticsearchTraceSinkConfig config = new ElasticsearchTraceSinkConfig(properties);
        TraceSinkMetrics metrics = new TraceSinkMetrics();
        Refusals refusals = new Refusals(config.onMalformed(), reporter(config), metrics.delivery());
        ElasticsearchClients clients = ElasticsearchClients.open(config);
        Supplier<Backoff> backoffs = () -> new Backoff(config.retryBackoffInitial(), config.retryBackoffMax(), random);
        BulkSender sender = new BulkSender(clients.rest(), clients::explain);
        Delivery delivery = new Delivery(
                config,
                Documents.of(config, IndexNames.of(config, clock), metrics),
                sender,
                refusals,
                config.managesTemplate() ? new ManagedTemplate(clients, config, backoffs.get()) : null,
                backoffs,
                metrics.delivery(),
                tickerMs);
        session = new Session(
                clients,
                sender,
                metrics,
                delivery,
                new BackPressure(context, config.bufferMaxBytes()),
                config.closeTimeout(),
                metrics.publish(config.connector(), properties.getOrDefault(ElasticsearchTraceSinkConfig.TASK, "0")));
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        session().delivery().open(partitions);
        session().backPressure().opened(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        Delivery delivery = session().delivery();
        records.forEach(delivery::accept);
        delivery.advance();
        delivery.throwIfFailed();
        session()
                .backPressure()
                .update(delivery.heldBytes(), delivery.stuckBytes(), delivery.isStalled(), delivery.stuckPartitions());
        session().metrics().delivery().pausedPartitions(session().backPressure().paused());
        if (delivery.idleMs() < Long.MAX_VALUE) {
            context.timeout(delivery.idleMs());
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        Delivery delivery = session().delivery();
        delivery.flush();
        delivery.advance();
        current = currentOffsets;
        committing = delivery.committable(currentOffsets);
        return committing;
    }

    /**
     * Waits a little for what these partitions have on its way. Connect commits what {@code preCommit} returned only after
     * this: the offsets in that map are moved up, so that the next owner does not read again what was written meanwhile.
     */
    @Override
    public void close(Collection<TopicPartition> partitions) {
        Delivery delivery = session().delivery();
        delivery.await(partitions, session().closeTimeout());
        committing.putAll(delivery.committable(current));
        delivery.close(partitions);
    }

    @Override
    public void stop() {
        if (session != null) {
            session.sender().close();
            session.clients().close();
            session.publisher().close();
            session = null;
        }
    }

    private Session session() {
        return Objects.requireNonNull(session, "the task was not started");
    }

    private @Nullable ErrantRecordReporter reporter(ElasticsearchTraceSinkConfig config) {
        ErrantRecordReporter reporter = context.errantRecordReporter();
        if (reporter == null && config.onMalformed() == ElasticsearchTraceSinkConfig.OnMalformed.REPORT) {
            throw new ConnectException(
                    "on.malformed=report takes a dead letter topic, but the worker gives this task none;"
                            + " set errors.tolerance=all and errors.deadletterqueue.topic.name, or on.malformed to fail or warn");
        }
        return reporter;
    }
}
