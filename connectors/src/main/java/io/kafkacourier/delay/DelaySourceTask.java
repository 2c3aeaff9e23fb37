/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Sampler;
import io.kafkacourier.core.trace.Tracer;
import io.kafkacourier.kafka.AdminTopics;
import io.kafkacourier.kafka.Assignment;
import io.kafkacourier.kafka.CreatingLookup;
import io.kafkacourier.kafka.InputReader;
import io.kafkacourier.kafka.OnMissing;
import io.kafkacourier.kafka.Targets;
import io.kafkacourier.kafka.TopicLookup;
import io.kafkacourier.kafka.Upkeep;
import io.kafkacourier.metrics.MetricPublishers;
import io.kafkacourier.source.RunningSource;
import io.kafkacourier.source.ScheduledSource;
import io.kafkacourier.source.SourceMetrics;
import io.kafkacourier.source.SourceRecords;
import io.kafkacourier.source.TargetRules;
import io.kafkacourier.source.TierPlaces;
import io.kafkacourier.source.TraceEvents;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;

/**
 * A task of {@link DelaySourceConnector}: builds a {@link ScheduledSource}, which does the work, and a {@link
 * RunningSource} around it, which tells of it.
 */
public final class DelaySourceTask extends SourceTask {

    /** How long a poll waits for what the cluster says of a target. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private final Object pollOrStop = new Object();
    private @Nullable AdminTopics topics;
    private volatile @Nullable RunningSource source;

    @Override
    public String version() {
        return CourierVersion.get();
    }

    @Override
    public void start(Map<String, String> props) {
        DelaySourceConfig config = new DelaySourceConfig(props);
        Assignment assignment = Assignment.readFrom(props);
        String clientId = "courier-delay-" + config.connectorName() + "-"
                + assignment.partitions().get(0);
        Clock clock = Clock.systemUTC();
        Admin admin = Admin.create(config.adminProperties(clientId));
        AdminTopics ofCluster = new AdminTopics(admin);
        topics = ofCluster;
        TopicLookup lookup = new CreatingLookup(ofCluster, config::newTopic, ofCluster::startToCreate);
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                config.consumerProperties(clientId, assignment.partitions().size()));
        RunningSource starting = new RunningSource(
                source(config, assignment, consumer, lookup, clock),
                new SourceMetrics(config.bufferMaxBytes(), clock),
                MetricPublishers.forTask(
                        context,
                        "delay-source",
                        config.connectorName(),
                        props.getOrDefault(DelaySourceConfig.TASK, "0")),
                clock);
        source = starting;
        starting.start(
                assignment,
                config::policies,
                context.offsetStorageReader(),
                lows -> Upkeep.start(clientId, admin, config.progressGroup(), assignment, lows, clock));
    }

    static ScheduledSource source(
            DelaySourceConfig config,
            Assignment assignment,
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            Clock clock) {
        TargetRules rules = new TargetRules(
                config.allowedTargets(),
                config.inputs(),
                config.reservedTopics(),
                new Targets(lookup, clock, PATIENCE),
                config.maxRequestSize(),
                config.transformsHeadroom());
        SourceRecords records = new SourceRecords(
                config.delivery(),
                rules,
                new TierPlaces(config.tierNames(), assignment.tiers()),
                config.invalidBehavior(),
                config.invalidTopic(),
                config.stampsDueTime(),
                clock);
        InputReader reader = new InputReader(
                consumer, topic -> assignment.tiers().containsKey(topic) ? OnMissing.SKIP : config.onMissing());
        Tracer tracer = new Tracer(Ids.system(), new Sampler(1));
        TraceEvents events = config.traceTopic().isEmpty()
                ? null
                : new TraceEvents(config.traceTopic(), config.connectorName(), rules, tracer, clock);
        return new ScheduledSource(
                reader,
                records,
                events,
                config.onMissing(),
                config.ladder(),
                config.ladder()
                        .andLonger(assignment.tiers().keySet().stream()
                                .map(config.tierNames()::seconds)
                                .toList()),
                config.bufferMaxBytes(),
                clock);
    }

    @Override
    public @Nullable List<SourceRecord> poll() {
        synchronized (pollOrStop) {
            RunningSource running = source;
            return running == null ? null : running.poll();
        }
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        RunningSource running = source;
        if (running != null) {
            running.commitRecord(record, metadata);
        }
    }

    @Override
    public void commit() {
        RunningSource running = source;
        if (running != null) {
            running.commit();
        }
    }

    /** Ends a poll that is under way, on whichever thread, and waits for it. */
    @Override
    public void stop() {
        RunningSource stopping = source;
        if (stopping != null) {
            stopping.wakeup();
        }
        try {
            synchronized (pollOrStop) {
                if (stopping != null) {
                    stopping.close();
                }
                source = null;
            }
        } finally {
            if (topics != null) {
                topics.close();
            }
        }
    }
}
