/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.admin.ClusterAdmin;
import io.kafkacourier.kafka.admin.KafkaTopicLookup;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.kafka.metrics.MetricPublishers;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.targets.CreatingLookup;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;

/**
 * A task of a {@link ScheduledSourceConnector}: builds a {@link ScheduledSource}, which does the work, and a {@link
 * RunningSource} around it, which publishes metrics.
 */
public abstract class ScheduledSourceTask extends SourceTask {

    /** How long a task waits if it cannot go on for the moment. */
    static final Duration RETRY_WAIT = Duration.ofMillis(500);

    private final Function<Map<String, String>, SourceType> types;
    private final Object pollOrStop = new Object();
    private final RetriableFailures retriableFailures;
    private final Duration retryWait;
    private @Nullable ClusterAdmin admin;
    private volatile @Nullable Running running;

    /**
     * Creates it, without a configuration.
     *
     * @param types returns the type of a connector with that configuration
     */
    protected ScheduledSourceTask(Function<Map<String, String>, SourceType> types) {
        this(types, Clock.systemUTC(), RETRY_WAIT);
    }

    ScheduledSourceTask(Function<Map<String, String>, SourceType> types, Clock clock, Duration retryWait) {
        this.types = types;
        this.retriableFailures = new RetriableFailures(clock);
        this.retryWait = retryWait;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    @Override
    public void start(Map<String, String> props) {
        SourceType type = types.apply(props);
        Behaviour behaviour = type.read().apply(props);
        SourceConfig config = behaviour.config();
        Assignment assignment = Assignment.readFrom(props);
        String clientId = config.clientId() + "-" + assignment.partitions().get(0);
        ClusterAdmin cluster = new ClusterAdmin(Admin.create(config.adminProperties(clientId)), config.adminIdentity());
        admin = cluster;
        KafkaTopicLookup existing = cluster.lookup(config.awaitsReplicas(), Clock.systemUTC());
        TopicLookup lookup = new CreatingLookup(existing, behaviour::newTopic, existing::startToCreate);
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config.consumerProperties(clientId, assignment.partitions().size()));
        MetricPublisher publisher = MetricPublishers.forTask(
                context,
                config.kind().text() + "-source",
                config.connectorName(),
                props.getOrDefault(SourceConfig.TASK, "0"));
        Work.Start start = new Work.Start(
                behaviour,
                assignment,
                new TaskClients(clientId, consumer, lookup, cluster.progress()),
                publisher,
                context.offsetStorageReader(),
                Clock.systemUTC());
        type.work().begin(start, this::run);
    }

    /** Sets the work of the task; it is closed when the task is stopped, even if it was never started. */
    final void run(Running work) {
        running = work;
    }

    /**
     * The next records of the work. If the work cannot go on for the moment, waits before it returns, because Connect polls
     * again at once.
     *
     * @return null if there is nothing
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        synchronized (pollOrStop) {
            Running polled = running;
            if (polled == null) {
                return null;
            }
            try {
                return polled.poll();
            } catch (RetriableException e) {
                retriableFailures.add(e);
            } catch (org.apache.kafka.common.errors.RetriableException e) {
                // a separate catch, because the common parent class differs between versions of Kafka
                retriableFailures.add(e);
            }
            awaitRetry(polled);
            return null;
        }
    }

    /** Waits until the work may be tried again, or is stopped. */
    private void awaitRetry(Running failed) throws InterruptedException {
        long endNanos = System.nanoTime() + retryWait.toNanos();
        long leftNanos = retryWait.toNanos();
        while (leftNanos > 0 && running == failed) {
            TimeUnit.NANOSECONDS.timedWait(pollOrStop, leftNanos);
            leftNanos = endNanos - System.nanoTime();
        }
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        Running told = running;
        if (told != null) {
            told.commitRecord(record, metadata);
        }
    }

    @Override
    public void commit() {
        Running told = running;
        if (told != null) {
            told.commit();
        }
    }

    /** Ends a poll that is under way on any thread, and waits for it. */
    @Override
    public void stop() {
        Running stopping = running;
        if (stopping != null) {
            stopping.wakeup();
        }
        try {
            synchronized (pollOrStop) {
                running = null;
                pollOrStop.notifyAll();
                if (stopping != null) {
                    stopping.close();
                }
            }
        } finally {
            if (admin != null) {
                admin.close();
            }
        }
    }
}
