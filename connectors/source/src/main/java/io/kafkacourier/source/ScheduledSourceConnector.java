/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static java.util.Comparator.comparing;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.Patience;
import io.kafkacourier.kafka.admin.TopicAdmin;
import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.kafka.metrics.MetricPublishers;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.intake.InputSelection;
import io.kafkacourier.source.metrics.SourceMetric;
import io.kafkacourier.source.preflight.ClusterAccess;
import io.kafkacourier.source.preflight.NoAccessException;
import io.kafkacourier.source.preflight.Preflight;
import io.kafkacourier.source.preflight.SourcePreflight;
import io.kafkacourier.source.preflight.TopicInspection;
import io.kafkacourier.source.preflight.TopicMonitor;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.SourceOffset;
import io.kafkacourier.source.tier.TierNames;
import io.kafkacourier.source.tier.TierTopics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The common part of the source connectors: checks, creates and watches topics, and assigns their partitions to tasks. See
 * {@link SourceOffset} for their offsets.
 */
public abstract class ScheduledSourceConnector extends SourceConnector {

    private static final Logger log = LoggerFactory.getLogger(ScheduledSourceConnector.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** How long a start waits for the cluster to accept the connector. */
    private static final Duration ACCESS_PATIENCE = Duration.ofSeconds(30);
    /** How long a validation waits for the cluster, so that it ends before its callers time out. */
    private static final Duration VALIDATION_PATIENCE = Duration.ofSeconds(8);

    private final Function<Map<String, String>, SourceType> types;
    private final Function<Map<String, Object>, Admin> admins;
    private Map<String, String> properties = Map.of();
    private @Nullable ClusterAccess access;
    private @Nullable TopicMonitor monitor;
    private @Nullable MetricPublisher publisher;

    /**
     * Creates it, without a configuration.
     *
     * @param types returns the type of a connector with that configuration
     * @param admins creates an admin client from its properties
     */
    protected ScheduledSourceConnector(
            Function<Map<String, String>, SourceType> types, Function<Map<String, Object>, Admin> admins) {
        this.types = types;
        this.admins = admins;
    }

    private CheckedConfig checked(Map<String, String> configuration) {
        return types.apply(configuration).check().apply(configuration);
    }

    private Behaviour read(Map<String, String> configuration) {
        return types.apply(configuration).read().apply(configuration);
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    /**
     * Checks the configuration. If it is valid, also checks whether the cluster accepts the connector, and the topics that
     * it names, as far as the cluster answers in time.
     */
    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        CheckedConfig checked = checked(connectorConfigs);
        if (checked.isValid()) {
            addPreflight(checked, read(connectorConfigs));
        }
        return checked.toConfig();
    }

    private void addPreflight(CheckedConfig checked, Behaviour behaviour) {
        SourceConfig config = behaviour.config();
        Patience patience = Patience.forAll(VALIDATION_PATIENCE, Clock.systemUTC());
        try (ClusterAccess opened = ClusterAccess.open(behaviour, admins, config.clientId() + "-validate")) {
            opened.await(VALIDATION_PATIENCE, patience);
            SourcePreflight preflight = opened.preflight(patience);
            Preflight found = preflight.checkAll();
            SourcePreflight.logWarnings(found);
            preflight.refusals(found).forEach(finding -> checked.addMessage(finding.key(), finding.text()));
        } catch (NoAccessException e) {
            Preflight.Finding finding =
                    new Preflight.Finding(SourceConfig.BOOTSTRAP_SERVERS, String.valueOf(e.getMessage()));
            checked.addMessage(finding.key(), finding.text());
        } catch (KafkaException e) {
            log.warn(
                    "The topics of {} are not checked, because the cluster did not answer in time",
                    config.connectorName(),
                    e);
        }
    }

    @Override
    public void start(Map<String, String> props) {
        checked(props).throwIfAny();
        Behaviour behaviour = read(props);
        SourceConfig config = behaviour.config();
        properties = new HashMap<>(props);
        ClusterAccess opened = ClusterAccess.open(behaviour, admins, config.clientId());
        access = opened;
        try {
            opened.await(ACCESS_PATIENCE, Patience.forAll(ACCESS_PATIENCE, Clock.systemUTC()));
            SourcePreflight preflight = opened.preflight(Patience.forEach(PATIENCE));
            Preflight found = preflight.checkAll();
            SourcePreflight.logWarnings(found);
            // Topics that a pattern selects and that would lose messages are left out, so that creating such a topic
            // does not stop the
            // others.
            found.throwIfAnyBut(SourceConfig.TOPICS_REGEX);
            startWatching(behaviour, opened.admin().topics(Clock.systemUTC()), preflight);
        } catch (RuntimeException e) {
            // Connect does not call stop() if start() fails.
            stop();
            throw e;
        }
    }

    private void startWatching(Behaviour behaviour, TopicAdmin admin, SourcePreflight preflight) {
        SourceConfig config = behaviour.config();
        InputSelection inputs = behaviour.inputs();
        OptionalInt partitions =
                inputs.find(admin).stream().mapToInt(InputTopic::partitions).max();
        behaviour.topics().own().atStart(partitions).forEach(admin::create);
        TierTopics tiers = new TierTopics(
                admin,
                config.tierNames(),
                behaviour.waiting().ladder().tiers().stream().map(Tier::seconds).toList(),
                config.tiersPartitions(),
                config.tiersReplicationFactor(),
                config.tierSettings(),
                config.maxRequestSize());
        TopicInspection inspection = new TopicInspection(
                preflight,
                () -> inputs.find(admin),
                found -> tiers.find(found).stream()
                        .sorted(comparing(InputTopic::name))
                        .toList(),
                Clock.systemUTC());
        TopicMonitor watching = new TopicMonitor(
                config.clientId(),
                inspection,
                config.topicsRefreshInterval(),
                context::requestTaskReconfiguration,
                Clock.systemUTC());
        monitor = watching;
        publish(config, watching, inspection);
    }

    private void publish(SourceConfig config, TopicMonitor watching, TopicInspection inspection) {
        MetricPublisher metrics =
                MetricPublishers.forConnector(context(), config.kind().text() + "-source", config.connectorName());
        publisher = metrics;
        metrics.publish(SourceMetric.LOOK_FAILURES.metric(), watching::failures);
        metrics.publish(SourceMetric.LOOK_AGE.metric(), watching::ageMs);
        metrics.publish(SourceMetric.LEFT_OUT.metric(), inspection::leftOut);
        metrics.publish(SourceMetric.ENDANGERED.metric(), inspection::endangered);
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<InputTopic> found = Objects.requireNonNull(monitor, "not started").topics();
        Behaviour behaviour = read(properties);
        TierNames tiers = behaviour.config().tierNames();
        List<Map<String, String>> configs = new ArrayList<>();
        for (Assignment assignment : Assignment.deal(found, tiers::isTier, Math.min(maxTasks, behaviour.mostTasks()))) {
            Map<String, String> taskConfig = new HashMap<>(properties);
            assignment.writeTo(taskConfig);
            taskConfig.put(SourceConfig.TASK, Integer.toString(configs.size()));
            configs.add(taskConfig);
        }
        return configs;
    }

    @Override
    public void stop() {
        if (publisher != null) {
            publisher.close();
        }
        if (monitor != null) {
            monitor.close();
        }
        if (access != null) {
            access.close();
        }
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorConfig) {
        return ConnectorTransactionBoundaries.UNSUPPORTED;
    }

    /**
     * Checks the form of offsets that Connect is about to store.
     *
     * @throws ConnectException if one does not have the form of this type of connector
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        offsets.forEach(types.apply(connectorConfig).offsets()::check);
        return true;
    }
}
