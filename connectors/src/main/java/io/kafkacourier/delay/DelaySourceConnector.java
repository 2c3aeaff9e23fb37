/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static java.util.Comparator.comparing;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.AdminFacts;
import io.kafkacourier.kafka.AdminTopics;
import io.kafkacourier.kafka.Assignment;
import io.kafkacourier.kafka.InputSelection;
import io.kafkacourier.kafka.InputTopic;
import io.kafkacourier.kafka.Patience;
import io.kafkacourier.kafka.Preflight;
import io.kafkacourier.kafka.TierNames;
import io.kafkacourier.kafka.TierTopics;
import io.kafkacourier.kafka.TopicMonitor;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.Problems;
import io.kafkacourier.source.SourceOffset;
import io.kafkacourier.source.TierPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers each message of its input topics to the topic it is meant for when it is due, and not before: exactly once
 * where the worker has {@code exactly.once.source.support=enabled}, else at least once. See {@link DelaySourceConfig} for
 * its keys, {@link SourceOffset} for its offsets, and {@link DelaySourceTask} for the work.
 */
public final class DelaySourceConnector extends SourceConnector {

    private static final Logger log = LoggerFactory.getLogger(DelaySourceConnector.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** How long a validation may wait for the cluster, so that it is answered within the time that callers give it. */
    private static final Duration VALIDATION_PATIENCE = Duration.ofSeconds(5);

    private final Function<Map<String, Object>, Admin> admins;
    private Map<String, String> properties = Map.of();
    private @Nullable AdminTopics topics;
    private @Nullable TopicMonitor monitor;

    /** Used by Connect. */
    public DelaySourceConnector() {
        this(Admin::create);
    }

    /** @param admins makes an admin client of its properties */
    DelaySourceConnector(Function<Map<String, Object>, Admin> admins) {
        this.admins = admins;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    @Override
    public ConfigDef config() {
        return DelaySourceConfig.DEFINITION;
    }

    /** Checks the configuration, and, where that is sound, the topics it names, if the cluster answers at once. */
    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        Problems problems = DelaySourceChecks.problems(connectorConfigs);
        if (problems.isEmpty()) {
            addPreflight(problems, new DelaySourceConfig(connectorConfigs));
        }
        return problems.toConfig();
    }

    private void addPreflight(Problems problems, DelaySourceConfig config) {
        Admin admin = null;
        try {
            admin = admins.apply(config.adminProperties(clientId(config) + "-validate"));
            Patience patience = Patience.forAll(VALIDATION_PATIENCE, Clock.systemUTC());
            new DelayPreflight(config, new AdminFacts(admin, patience))
                    .checkAll()
                    .errors()
                    .forEach(error -> problems.add(error.key(), error.message()));
        } catch (KafkaException e) {
            log.info("The topics of {} are not checked, as the cluster did not answer", config.connectorName(), e);
        } finally {
            if (admin != null) {
                admin.close(Duration.ZERO);
            }
        }
    }

    @Override
    public void start(Map<String, String> props) {
        DelaySourceChecks.problems(props).throwIfAny();
        DelaySourceConfig config = new DelaySourceConfig(props);
        properties = new HashMap<>(props);
        String name = clientId(config);
        Admin admin = admins.apply(config.adminProperties(name));
        AdminTopics adminTopics = new AdminTopics(admin);
        topics = adminTopics;
        try {
            DelayPreflight preflight = new DelayPreflight(config, new AdminFacts(admin, Patience.forEach(PATIENCE)));
            Preflight found = preflight.checkAll();
            DelayPreflight.logWarnings(found);
            found.throwIfAny();
            startWatching(config, adminTopics, preflight, name);
        } catch (RuntimeException e) {
            // Connect does not stop a connector that did not start.
            stop();
            throw e;
        }
    }

    private static String clientId(DelaySourceConfig config) {
        return "courier-delay-" + config.connectorName();
    }

    private void startWatching(DelaySourceConfig config, AdminTopics admin, DelayPreflight preflight, String name) {
        admin.create(config.invalidTopic());
        if (!config.traceTopic().isEmpty()) {
            admin.create(config.traceTopic());
        }
        InputSelection inputs = config.inputs();
        TierTopics tiers = new TierTopics(
                admin,
                config.tierNames(),
                config.ladder().tiers().stream().map(Tier::seconds).toList(),
                config.tiersPartitions(),
                config.tiersReplicationFactor());
        monitor = new TopicMonitor(
                name,
                () -> {
                    List<InputTopic> found = preflight.checkNew(admin.find(inputs));
                    return inOrder(found, preflight.checkNew(tiers.find(found)));
                },
                config.topicsRefreshInterval(),
                context::requestTaskReconfiguration,
                failure -> fail(failure, admin));
    }

    /** Connect does not stop a connector that raised an error. */
    private void fail(RuntimeException failure, AdminTopics admin) {
        context.raiseError(failure);
        admin.close();
    }

    private static List<InputTopic> inOrder(List<InputTopic> inputs, List<InputTopic> tiers) {
        return Stream.concat(inputs.stream(), tiers.stream().sorted(comparing(InputTopic::name)))
                .toList();
    }

    @Override
    public Class<? extends Task> taskClass() {
        return DelaySourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<InputTopic> topics = Objects.requireNonNull(monitor, "not started").topics();
        TierNames tiers = new DelaySourceConfig(properties).tierNames();
        List<Map<String, String>> configs = new ArrayList<>();
        for (Assignment assignment : Assignment.deal(topics, tiers::isTier, maxTasks)) {
            Map<String, String> taskConfig = new HashMap<>(properties);
            assignment.writeTo(taskConfig);
            taskConfig.put(DelaySourceConfig.TASK, Integer.toString(configs.size()));
            configs.add(taskConfig);
        }
        return configs;
    }

    @Override
    public void stop() {
        if (monitor != null) {
            monitor.close();
        }
        if (topics != null) {
            topics.close();
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
     * Checks the form of the offsets, which Connect then stores.
     *
     * @throws ConnectException where one has not the form of {@link SourceOffset}
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        offsets.forEach((partition, offset) -> {
            SourceOffset.checkPartition(partition);
            if (offset != null) {
                checkOffset(offset);
            }
        });
        return true;
    }

    /** The settings of an input, or of a tier. */
    private static void parse(String settings) {
        if (settings.startsWith(TierPolicy.SETTINGS_PREFIX)) {
            TierPolicy.parse(settings);
        } else {
            DelaySettings.parse(settings);
        }
    }

    private static void checkOffset(Map<String, ?> offset) {
        String none = "";
        String settings = SourceOffset.parse(offset, none).progress().settings();
        try {
            if (!settings.equals(none)) {
                parse(settings);
            }
        } catch (IllegalArgumentException e) {
            throw new ConnectException("Source offset " + offset + ": " + e.getMessage(), e);
        }
    }
}
