/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.elasticsearch.connection.ConnectionCheck;
import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.elasticsearch.template.Janitor;
import io.kafkacourier.elasticsearch.template.TemplateSettings;
import io.kafkacourier.kafka.config.CheckedConfig;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes trace events, or any JSON objects, from topics to daily indices or a data stream of Elasticsearch. All tasks do the
 * same. The connector itself only deletes indices that are older than the retention, if the server does not do that.
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
     * <p>A configuration without other mistakes is tried on its hosts, for five seconds at most. Only a fault that waiting does
     * not cure is a mistake: a server that cannot be reached yet is not.
     */
    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        CheckedConfig checked = ElasticsearchTraceSinkConfig.checked(connectorConfigs);
        if (checked.isValid()) {
            checked.addErrors(
                    check(new ElasticsearchTraceSinkConfig(connectorConfigs)).errors());
        }
        return checked.toConfig();
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
        if (config.template().mayNeedJanitor()) {
            ElasticsearchClients opened = ElasticsearchClients.open(config.connection(), 0, config.compression());
            clients = opened;
            janitor = new Janitor(opened, config.template(), Clock.systemUTC());
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

    private static ConnectionCheck check(ElasticsearchTraceSinkConfig config) {
        TemplateSettings template = config.template();
        return template.isManaged()
                ? ConnectionCheck.reading(config.connection(), template.templatePath())
                : ConnectionCheck.writingOnly(config.connection());
    }
}
