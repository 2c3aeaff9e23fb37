/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.rule.Decision;
import io.kafkacourier.core.rule.FailureLog;
import io.kafkacourier.core.rule.RouterConfig;
import io.kafkacourier.core.rule.RouterConfig.OnError;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the records of a plain producer to the topics that rules name. The options are those of ContentRouter, as
 * properties of the producer with the prefix {@value #PREFIX}. A producer interceptor can neither
 * drop nor refuse a record, so {@code no.match.behavior} and {@code error.behavior} can only be passthrough or route;
 * route is the default of {@code error.behavior}.
 *
 * <p>Rules see the record before it is serialized: texts, bytes, maps and numbers. The original record never changes,
 * so that it can be sent again. Safe for use by several threads, like producers.
 */
public final class RoutingProducerInterceptor<K, V> implements ProducerInterceptor<K, V> {

    /** What begins the names of its properties. */
    public static final String PREFIX = RouterConfig.PRODUCER_PREFIX;

    private final FailureLog failures = new FailureLog();
    private @Nullable RouterConfig config;
    private @Nullable RouterPool routers;

    /**
     * Compiles the rules.
     *
     * @throws ConfigException with all mistakes
     */
    @Override
    public void configure(Map<String, ?> properties) {
        Map<String, Object> own = new HashMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(PREFIX) && value != null) {
                own.put(key.substring(PREFIX.length()), value);
            }
        });
        try {
            RouterConfig read = RouterConfig.withoutRefusal(own);
            config = read;
            routers = new RouterPool(read::router);
        } catch (InvalidConfigurationException e) {
            throw new ConfigException(
                    "In the properties with the prefix " + RouterConfig.PRODUCER_PREFIX + ": " + e.getMessage());
        }
    }

    /** Returns the record to send instead, or the same instance if topic and partition do not change. */
    @Override
    public ProducerRecord<K, V> onSend(ProducerRecord<K, V> record) {
        Decision decision = configured(routers).route(new ProducerRecordView(record));
        if (decision instanceof Decision.Routed routed) {
            boolean stays =
                    routed.topic().equals(record.topic()) && Objects.equals(routed.partition(), record.partition());
            return stays ? record : copy(record, routed.topic(), routed.partition());
        } else if (decision instanceof Decision.Failed failed) {
            return fail(record, failed);
        }
        return record;
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception exception) {}

    @Override
    public void close() {}

    private ProducerRecord<K, V> fail(ProducerRecord<K, V> record, Decision.Failed failed) {
        if (configured(config).onError() == OnError.PASSTHROUGH) {
            failures.failed(record.topic(), failed, "stays as it is");
            return record;
        }
        String topic = configured(config).errorTopic();
        failures.failed(record.topic(), failed, "goes to " + topic);
        // The error topic can have fewer partitions than the topic of the record.
        ProducerRecord<K, V> copy = copy(record, topic, null);
        KafkaMessageHeaders headers = new KafkaMessageHeaders(copy.headers());
        headers.removeAll(HeaderNames.ROUTE_PREFIX);
        headers.put(HeaderNames.ROUTE_REASON, failed.reason().name());
        headers.put(HeaderNames.ROUTE_TOPIC, record.topic());
        if (failed.rule() != null) {
            headers.put(HeaderNames.ROUTE_RULE, failed.rule());
        }
        return copy;
    }

    private static <K, V> ProducerRecord<K, V> copy(
            ProducerRecord<K, V> record, String topic, @Nullable Integer partition) {
        return new ProducerRecord<>(
                topic, partition, record.timestamp(), record.key(), record.value(), record.headers());
    }

    private static <T> T configured(@Nullable T part) {
        return Objects.requireNonNull(part, "configure was not called");
    }
}
