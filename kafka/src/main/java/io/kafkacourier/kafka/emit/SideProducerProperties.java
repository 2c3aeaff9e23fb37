/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.config.ConfigErrors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Builds the properties of a side producer from those of its client and those that users set for it. */
public final class SideProducerProperties {

    /** Properties that the emitter sets itself, or has a separate option for. */
    private static final List<String> NOT_TO_OVERRIDE = List.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);

    /** Properties that an admin client has too, although they concern the client's own work, name or metrics. */
    private static final Set<String> NOT_TO_TAKE_OVER = Set.of(
            CommonClientConfigs.CLIENT_ID_CONFIG,
            CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG,
            CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
            CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
            CommonClientConfigs.RETRIES_CONFIG,
            CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG,
            "retry.backoff.max.ms",
            "auto.include.jmx.reporter",
            "enable.metrics.push");

    /**
     * The bundle's own properties, those of config providers, which are resolved before a client is created, labels of
     * metrics, and objects that Kafka Streams passes to its own clients.
     */
    private static final List<String> PREFIXES_NOT_TO_TAKE_OVER =
            List.of("courier.", "config.providers", "metrics.", "__");

    private SideProducerProperties() {}

    /**
     * The properties of the client that its side producer uses too: those for connecting, and those that Kafka does not
     * know, which can belong to an extension such as an {@code ssl.engine.factory.class}. Properties for the work of
     * producers and consumers, such as serializers, {@code acks}, batches, groups and interceptors, are left out.
     */
    public static Map<String, Object> ofClient(Map<String, ?> client) {
        Map<String, Object> properties = new HashMap<>();
        client.forEach((key, value) -> {
            if (value != null && isTakenOver(key)) {
                properties.put(key, value);
            }
        });
        return properties;
    }

    private static boolean isTakenOver(String key) {
        if (NOT_TO_TAKE_OVER.contains(key) || PREFIXES_NOT_TO_TAKE_OVER.stream().anyMatch(key::startsWith)) {
            return false;
        }
        return AdminClientConfig.configNames().contains(key)
                || !(ProducerConfig.configNames().contains(key)
                        || ConsumerConfig.configNames().contains(key));
    }

    /**
     * The properties with the prefix {@code prefix}, without it. Properties that cannot be set are added to the
     * errors.
     */
    public static Map<String, Object> behind(String prefix, Map<String, ?> given, ConfigErrors errors) {
        Map<String, Object> properties = new HashMap<>();
        given.forEach((key, value) -> {
            if (key.startsWith(prefix) && value != null) {
                properties.put(key.substring(prefix.length()), value);
            }
        });
        for (String key : NOT_TO_OVERRIDE) {
            if (properties.containsKey(key)) {
                errors.add(
                        prefix + key,
                        properties.get(key),
                        "cannot be overridden; allowed: any property of a producer except " + NOT_TO_OVERRIDE);
            }
        }
        return properties;
    }
}
