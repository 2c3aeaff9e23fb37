/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.AdminTopics;
import io.kafkacourier.kafka.Assignment;
import io.kafkacourier.kafka.CreatingLookup;
import io.kafkacourier.kafka.TopicLookup;
import io.kafkacourier.kafka.Upkeep;
import io.kafkacourier.metrics.MetricPublisher;
import io.kafkacourier.metrics.MetricPublishers;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;

/**
 * A task of a {@link ScheduledSourceConnector}: builds a {@link ScheduledSource}, which does the work, and a {@link
 * RunningSource} around it, which tells of it.
 *
 * @param <C> the configuration of the connector
 */
public abstract class ScheduledSourceTask<C extends SourceConfig> extends SourceTask {

    private final Object pollOrStop = new Object();
    private @Nullable AdminTopics topics;
    private volatile @Nullable Running running;

    /** Reads the configuration of the connector, which is sound. */
    protected abstract C read(Map<String, String> properties);

    @Override
    public String version() {
        return CourierVersion.get();
    }

    @Override
    public void start(Map<String, String> props) {
        C config = read(props);
        Assignment assignment = Assignment.readFrom(props);
        String clientId = config.clientId() + "-" + assignment.partitions().get(0);
        Admin admin = Admin.create(config.adminProperties(clientId));
        AdminTopics ofCluster = new AdminTopics(admin);
        topics = ofCluster;
        TopicLookup lookup = new CreatingLookup(ofCluster, config::newTopic, ofCluster::startToCreate);
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config.consumerProperties(clientId, assignment.partitions().size()));
        MetricPublisher publisher = MetricPublishers.forTask(
                context, config.kind() + "-source", config.connectorName(), props.getOrDefault(SourceConfig.TASK, "0"));
        begin(config, assignment, new TaskClients(clientId, consumer, admin, lookup), publisher);
    }

    /**
     * Begins the work, by {@link #run}.
     *
     * @param clients the consumer is closed with the work, the others stay open
     * @param publisher closed with the work
     */
    protected void begin(C config, Assignment assignment, TaskClients clients, MetricPublisher publisher) {
        Clock clock = Clock.systemUTC();
        RunningSource starting = new RunningSource(
                ScheduledSource.of(config, assignment, clients.consumer(), clients.lookup(), clock),
                new SourceMetrics(config, clock),
                publisher,
                clock);
        run(starting);
        starting.start(
                assignment,
                config::policies,
                context.offsetStorageReader(),
                lows -> Upkeep.start(clients.id(), clients.admin(), config.progressGroup(), assignment, lows, clock));
    }

    /** Has this work done from now on, and closed when the task is stopped, be it started or not. */
    protected final void run(Running work) {
        running = work;
    }

    @Override
    public @Nullable List<SourceRecord> poll() {
        synchronized (pollOrStop) {
            Running polled = running;
            return polled == null ? null : polled.poll();
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

    /** Ends a poll that is under way, on whichever thread, and waits for it. */
    @Override
    public void stop() {
        Running stopping = running;
        if (stopping != null) {
            stopping.wakeup();
        }
        try {
            synchronized (pollOrStop) {
                if (stopping != null) {
                    stopping.close();
                }
                running = null;
            }
        } finally {
            if (topics != null) {
                topics.close();
            }
        }
    }
}
