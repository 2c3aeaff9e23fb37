/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.emit;

import io.kafkacourier.core.config.Mistakes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The properties of a side producer that users may set, which they do behind a prefix. */
public final class SideProducerProperties {

    /** What the emitter sets itself, or has a key of its own for. */
    private static final List<String> NOT_TO_OVERRIDE = List.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);

    private SideProducerProperties() {}

    /** The properties behind {@code prefix}, without it; those that cannot be set are noted as mistakes. */
    public static Map<String, Object> behind(String prefix, Map<String, ?> given, Mistakes mistakes) {
        Map<String, Object> properties = new HashMap<>();
        given.forEach((key, value) -> {
            if (key.startsWith(prefix) && value != null) {
                properties.put(key.substring(prefix.length()), value);
            }
        });
        for (String key : NOT_TO_OVERRIDE) {
            if (properties.containsKey(key)) {
                mistakes.add(
                        prefix + key,
                        properties.get(key),
                        "cannot be overridden; allowed: any property of a producer but " + NOT_TO_OVERRIDE);
            }
        }
        return properties;
    }
}
