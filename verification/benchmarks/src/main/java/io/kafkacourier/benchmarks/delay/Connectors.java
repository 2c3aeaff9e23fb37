/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import io.kafkacourier.benchmarks.bare.ClientSettings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The configurations of the connectors, with the client settings of {@link ClientSettings}. */
final class Connectors {

    /** Prefix of the tiers for connectors that never use them. */
    static final String EMPTY_TIERS = "empty.delay.";

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    private Connectors() {}

    /**
     * The delay connector from one topic to another, with its default tiers.
     *
     * @param tiersPrefix prefix of the names of its tiers. Connectors that leave their tiers empty share one prefix, so
     *     that those tiers are created only once
     */
    static Map<String, String> courier(String bootstrapServers, String input, String target, String tiersPrefix) {
        Map<String, String> config = common("io.kafkacourier.delay.DelaySourceConnector");
        config.put("bootstrap.servers", bootstrapServers);
        config.put("topics", input);
        config.put("target.topic", target);
        config.put("target.topic.header", "");
        config.put("tiers.prefix", tiersPrefix);
        return config;
    }

    /**
     * Kafka's MirrorSourceConnector, from a topic to {@link #mirrored}, with everything but copying disabled.
     */
    static Map<String, String> mirror(String bootstrapServers, String input, String alias) {
        Map<String, String> config = common("org.apache.kafka.connect.mirror.MirrorSourceConnector");
        config.put("source.cluster.alias", alias);
        config.put("target.cluster.alias", "target");
        config.put("source.cluster.bootstrap.servers", bootstrapServers);
        config.put("target.cluster.bootstrap.servers", bootstrapServers);
        config.put("topics", input);
        config.put("replication.factor", "1");
        config.put("emit.offset-syncs.enabled", "false");
        config.put("refresh.topics.enabled", "false");
        config.put("sync.topic.acls.enabled", "false");
        config.put("sync.topic.configs.enabled", "false");
        config.put("heartbeats.replication.enabled", "false");
        return config;
    }

    /** The topic to which the mirror connector with that alias copies a topic. */
    static String mirrored(String input, String alias) {
        return alias + "." + input;
    }

    /** The settings of all contenders, for the report. */
    static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("tasks", Integer.toString(DelayBenchmark.TASKS));
        settings.put("partitions", Integer.toString(DelayBenchmark.PARTITIONS));
        settings.put("producer", ClientSettings.PRODUCER.toString());
        settings.put("consumer", ClientSettings.CONSUMER.toString());
        return settings;
    }

    private static Map<String, String> common(String connectorClass) {
        Map<String, String> config = new HashMap<>();
        config.put("connector.class", connectorClass);
        config.put("tasks.max", Integer.toString(DelayBenchmark.TASKS));
        config.put("key.converter", BYTES);
        config.put("value.converter", BYTES);
        config.put("header.converter", BYTES);
        config.put("exactly.once.support", "required");
        config.put("transaction.boundary", "poll");
        ClientSettings.CONSUMER.forEach((key, value) -> config.put("consumer." + key, value));
        ClientSettings.PRODUCER.forEach((key, value) -> config.put("producer.override." + key, value));
        return config;
    }
}
