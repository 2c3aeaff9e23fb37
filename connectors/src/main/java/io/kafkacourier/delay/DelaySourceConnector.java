/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static java.util.Comparator.comparing;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.AdminTopics;
import io.kafkacourier.kafka.Assignment;
import io.kafkacourier.kafka.InputSelection;
import io.kafkacourier.kafka.InputTopic;
import io.kafkacourier.kafka.TierNames;
import io.kafkacourier.kafka.TierTopics;
import io.kafkacourier.kafka.TopicMonitor;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.SourceOffset;
import io.kafkacourier.source.TierPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;

/**
 * Delivers each message of its input topics to the topic it is meant for when it is due, and not before: exactly once
 * where the worker has {@code exactly.once.source.support=enabled}, else at least once. See {@link DelaySourceConfig} for
 * its keys, {@link SourceOffset} for its offsets, and {@link DelaySourceTask} for the work.
 */
public final class DelaySourceConnector extends SourceConnector {

    private Map<String, String> properties = Map.of();
    private @Nullable AdminTopics topics;
    private @Nullable TopicMonitor monitor;

    @Override
    public String version() {
        return CourierVersion.get();
    }

    @Override
    public ConfigDef config() {
        return DelaySourceConfig.DEFINITION;
    }

    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        return DelaySourceConfig.problems(connectorConfigs).toConfig();
    }

    @Override
    public void start(Map<String, String> props) {
        DelaySourceConfig.problems(props).throwIfAny();
        DelaySourceConfig config = new DelaySourceConfig(props);
        properties = new HashMap<>(props);
        String name = "courier-delay-" + config.connectorName();
        AdminTopics admin = new AdminTopics(Admin.create(config.adminProperties(name)));
        topics = admin;
        try {
            startWatching(config, admin, name);
        } catch (RuntimeException e) {
            // Connect does not stop a connector that did not start.
            stop();
            throw e;
        }
    }

    private void startWatching(DelaySourceConfig config, AdminTopics admin, String name) {
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
                () -> withTiers(admin.find(inputs), tiers),
                config.topicsRefreshInterval(),
                context::requestTaskReconfiguration,
                context::raiseError);
    }

    private static List<InputTopic> withTiers(List<InputTopic> inputs, TierTopics tiers) {
        return Stream.concat(inputs.stream(), tiers.find(inputs).stream().sorted(comparing(InputTopic::name)))
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
