/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static java.util.Comparator.comparing;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.admin.AdminTopics;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.Patience;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.kafka.metrics.MetricPublishers;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.schedule.Tier;
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
 * What our source connectors share: topics are checked and made, watched, and dealt to tasks. See {@link SourceOffset} for
 * their offsets.
 *
 * @param <C> the configuration of the connector
 */
public abstract class ScheduledSourceConnector<C extends SourceConfig> extends SourceConnector {

    private static final Logger log = LoggerFactory.getLogger(ScheduledSourceConnector.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** How long a start waits for a cluster that does not let it in. */
    private static final Duration ACCESS_PATIENCE = Duration.ofSeconds(30);
    /** How long a validation may wait for the cluster, so that it is answered within the time that callers give it. */
    private static final Duration VALIDATION_PATIENCE = Duration.ofSeconds(8);

    private final Function<Map<String, Object>, Admin> admins;
    private Map<String, String> properties = Map.of();
    private @Nullable ClusterAccess access;
    private @Nullable AdminTopics topics;
    private @Nullable TopicMonitor monitor;
    private @Nullable MetricPublisher publisher;

    /** @param admins makes an admin client of its properties */
    protected ScheduledSourceConnector(Function<Map<String, Object>, Admin> admins) {
        this.admins = admins;
    }

    /** Everything that is wrong with a configuration, as far as that can be told without the cluster. */
    protected abstract Problems problems(Map<String, String> properties);

    /** Reads a configuration with which nothing is wrong. */
    protected abstract C read(Map<String, String> properties);

    /**
     * Checks the settings in the stored offset of an input.
     *
     * @throws IllegalArgumentException where they cannot be read
     */
    protected abstract void checkSettings(String settings);

    @Override
    public String version() {
        return CourierVersion.get();
    }

    /**
     * Checks the configuration, and, where that is sound, whether the cluster lets the connector in, and the topics it names,
     * as far as the cluster answers in time.
     */
    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        Problems problems = problems(connectorConfigs);
        if (problems.isEmpty()) {
            addPreflight(problems, read(connectorConfigs));
        }
        return problems.toConfig();
    }

    private void addPreflight(Problems problems, C config) {
        Patience patience = Patience.forAll(VALIDATION_PATIENCE, Clock.systemUTC());
        try (ClusterAccess opened = ClusterAccess.open(config, admins, config.clientId() + "-validate")) {
            opened.await(VALIDATION_PATIENCE, patience);
            SourcePreflight preflight = opened.preflight(patience);
            Preflight found = preflight.checkAll();
            SourcePreflight.logWarnings(found);
            preflight.refusals(found).forEach(problems::addFinding);
        } catch (NoAccessException e) {
            problems.addFinding(new Preflight.Finding(SourceConfig.BOOTSTRAP_SERVERS, String.valueOf(e.getMessage())));
        } catch (KafkaException e) {
            log.warn(
                    "The topics of {} are not checked, as the cluster did not answer in time",
                    config.connectorName(),
                    e);
        }
    }

    @Override
    public void start(Map<String, String> props) {
        problems(props).throwIfAny();
        C config = read(props);
        properties = new HashMap<>(props);
        ClusterAccess opened = ClusterAccess.open(config, admins, config.clientId());
        access = opened;
        AdminTopics adminTopics = new AdminTopics(opened.admin(), config.adminIdentity(), true, Clock.systemUTC());
        topics = adminTopics;
        try {
            opened.await(ACCESS_PATIENCE, Patience.forAll(ACCESS_PATIENCE, Clock.systemUTC()));
            SourcePreflight preflight = opened.preflight(Patience.forEach(PATIENCE));
            Preflight found = preflight.checkAll();
            SourcePreflight.logWarnings(found);
            // What a pattern selects and would lose messages is left out: whoever makes such a topic stops no other.
            found.throwIfAnyBut(SourceConfig.TOPICS_REGEX);
            startWatching(config, adminTopics, preflight);
        } catch (RuntimeException e) {
            // Connect does not stop a connector that did not start.
            stop();
            throw e;
        }
    }

    private void startWatching(C config, AdminTopics admin, SourcePreflight preflight) {
        InputSelection inputs = config.inputs();
        OptionalInt partitions =
                inputs.find(admin).stream().mapToInt(InputTopic::partitions).max();
        config.ownTopics(partitions).forEach(admin::create);
        TierTopics tiers = new TierTopics(
                admin,
                config.tierNames(),
                config.ladder().tiers().stream().map(Tier::seconds).toList(),
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

    private void closeAccess() {
        ClusterAccess opened = access;
        if (opened != null) {
            opened.close();
        }
    }

    private void publish(C config, TopicMonitor watching, TopicInspection inspection) {
        MetricPublisher metrics =
                MetricPublishers.forConnector(context(), config.kind() + "-source", config.connectorName());
        publisher = metrics;
        metrics.publish(SourceMetric.LOOK_FAILURES.metric(), watching::failures);
        metrics.publish(SourceMetric.LOOK_AGE.metric(), watching::ageMs);
        metrics.publish(SourceMetric.LEFT_OUT.metric(), inspection::leftOut);
        metrics.publish(SourceMetric.ENDANGERED.metric(), inspection::endangered);
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<InputTopic> found = Objects.requireNonNull(monitor, "not started").topics();
        C config = read(properties);
        TierNames tiers = config.tierNames();
        List<Map<String, String>> configs = new ArrayList<>();
        for (Assignment assignment : Assignment.deal(found, tiers::isTier, Math.min(maxTasks, config.mostTasks()))) {
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
        if (topics != null) {
            topics.close();
        }
        closeAccess();
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
     * Checks the form of the offsets, which Connect then stores. Any may be deleted, also what the connector stored when it
     * was another, since Connect deletes all of them or none.
     *
     * @throws ConnectException where one has not the form of {@link SourceOffset}
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        offsets.forEach((partition, offset) -> {
            if (offset != null) {
                SourceOffset.checkPartition(partition);
                checkOffset(offset);
            }
        });
        return true;
    }

    private void checkOffset(Map<String, ?> offset) {
        String none = "";
        Progress progress = SourceOffset.parse(offset, none).progress();
        try {
            if (!progress.settings().equals(none)) {
                checkAnySettings(progress.settings());
            }
            progress.earlier().forEach(before -> checkAnySettings(before.settings()));
        } catch (IllegalArgumentException e) {
            throw new ConnectException("Source offset " + offset + ": " + e.getMessage(), e);
        }
    }

    private void checkAnySettings(String settings) {
        if (TierPolicy.isSettings(settings)) {
            TierPolicy.horizonMs(settings);
        } else {
            checkSettings(settings);
        }
    }
}
