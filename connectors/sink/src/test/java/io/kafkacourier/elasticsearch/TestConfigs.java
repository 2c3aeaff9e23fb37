/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.elasticsearch.template.TemplateSettings;
import java.util.HashMap;
import java.util.Map;

/** What a configuration means to the rooms below, for their tests. */
public final class TestConfigs {

    private TestConfigs() {}

    /** What the properties of a connector say about its template. */
    public static TemplateSettings template(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.putIfAbsent("elasticsearch.hosts", "http://localhost:9200");
        return new ElasticsearchTraceSinkConfig(all).template();
    }

    /** The clients for the properties of a connector. */
    public static ElasticsearchClients clients(Map<String, String> properties) {
        ElasticsearchTraceSinkConfig config = new ElasticsearchTraceSinkConfig(properties);
        return ElasticsearchClients.open(config.connection(), config.delivery().maxInFlight(), config.compression());
    }
}
