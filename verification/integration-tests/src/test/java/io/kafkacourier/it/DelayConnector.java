/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.util.HashMap;
import java.util.Map;

/** Configurations of the delay connector. */
final class DelayConnector {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    private DelayConnector() {}

    /** The configuration that all tests need, with additional and overriding options. */
    static Map<String, String> config(Cluster cluster, Map<String, String> own) {
        Map<String, String> config = new HashMap<>(Map.of(
                "connector.class",
                "io.kafkacourier.delay.DelaySourceConnector",
                "tasks.max",
                "2",
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "topics.refresh.interval",
                "1s",
                "key.converter",
                BYTES,
                "value.converter",
                BYTES,
                "header.converter",
                BYTES));
        config.putAll(own);
        return config;
    }

    /**
     * One task with a topic of the connector's name. Its messages can name targets that begin with that name and a dot.
     */
    static Map<String, String> ofOneTopic(Cluster cluster, String name, Map<String, String> own) {
        Map<String, String> config = config(
                cluster,
                Map.of(
                        "tasks.max",
                        "1",
                        "topics",
                        name,
                        "invalid.topic",
                        name + ".invalid",
                        "target.topics.allow",
                        name + "\\..*",
                        "delay.max",
                        "1m"));
        config.putAll(own);
        return config;
    }
}
