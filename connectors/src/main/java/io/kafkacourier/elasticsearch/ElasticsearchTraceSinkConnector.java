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

/**
 * Writes trace events, or any JSON objects, from topics into daily indices or a data stream of Elasticsearch. Every
 * task does the same; the connector itself only deletes what is older than the retention, where the server does not.
 */
public final class ElasticsearchTraceSinkConnector extends SinkConnector {

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

    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        List<ConfigValue> values =
                new ArrayList<>(super.validate(connectorConfigs).configValues());
        for (Mistake mistake : ElasticsearchTraceSinkConfig.mistakes(connectorConfigs)) {
            value(values, mistake).addErrorMessage(mistake.asException().getMessage());
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
