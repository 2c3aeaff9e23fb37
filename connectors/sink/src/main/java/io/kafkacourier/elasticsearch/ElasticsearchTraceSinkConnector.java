/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConfig.Mistake;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes trace events, or any JSON objects, from topics into daily indices or a data stream of Elasticsearch. Every
 * task does the same; the connector itself only deletes what is older than the retention, if the server does not.
 */
public final class ElasticsearchTraceSinkConnector extends SinkConnector {

    private static final Logger log = LoggerFactory.getLogger(ElasticsearchTraceSinkConnector.class);

    private Map<String, String> properties = Map.of();
    private @Nullable ElasticsearchClients clients;
    private @Nullable Janitor janitor;

    @Override
    public String version() {
        return CourierVersion.get();
    }

    @Override
    public ConfigDef config() {
        return ElasticsearchTraceSinkConfig.configDef();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A configuration that is correct by itself is tried on its hosts, for five seconds at most. Only what waiting does
     * not cure is a mistake: a server that cannot be reached yet is none.
     */
    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        List<ConfigValue> values =
                new ArrayList<>(super.validate(connectorConfigs).configValues());
        add(ElasticsearchTraceSinkConfig.mistakes(connectorConfigs), values);
        if (values.stream().allMatch(value -> value.errorMessages().isEmpty())) {
            add(new ConnectionCheck(new ElasticsearchTraceSinkConfig(connectorConfigs)).mistakes(), values);
        }
        return new Config(values);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ElasticsearchTraceSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> configs = new ArrayList<>();
        for (int task = 0; task < maxTasks; task++) {
            Map<String, String> config = new HashMap<>(properties);
            config.put(ElasticsearchTraceSinkConfig.TASK, String.valueOf(task));
            configs.add(config);
        }
        return configs;
    }

    @Override
    public void start(Map<String, String> props) {
        properties = new HashMap<>(props);
        ElasticsearchTraceSinkConfig config = new ElasticsearchTraceSinkConfig(props);
        config.hints().forEach(log::warn);
        if (config.mayTakeAJanitor()) {
            ElasticsearchClients opened = ElasticsearchClients.open(config);
            clients = opened;
            janitor = new Janitor(opened, config, Clock.systemUTC());
            janitor.start();
        }
    }

    @Override
    public void stop() {
        if (janitor != null) {
            janitor.close();
        }
        if (clients != null) {
            clients.close();
        }
    }

    private static void add(List<Mistake> mistakes, List<ConfigValue> values) {
        for (Mistake mistake : mistakes) {
            value(values, mistake).addErrorMessage(mistake.asException().getMessage());
        }
    }

    /** The value a mistake is shown at; keys of Connect itself are not among the plugin's own values. */
    private static ConfigValue value(List<ConfigValue> values, Mistake mistake) {
        for (ConfigValue value : values) {
            if (value.name().equals(mistake.key())) {
                return value;
            }
        }
        // Without the value, which Connect would cast to the type that the key has for it; the message has it.
        ConfigValue added = new ConfigValue(mistake.key());
        values.add(added);
        return added;
    }
}
