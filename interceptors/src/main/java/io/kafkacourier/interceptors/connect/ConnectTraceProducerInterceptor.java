/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors.connect;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.interceptors.TraceProducerInterceptor;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * {@link TraceProducerInterceptor} for {@code producer.override.interceptor.classes} of a connector. A worker searches
 * its {@code plugin.path} for plugins, but not for interceptors. So this class is also a predicate, which is false for
 * every record. An exactly-once task writes its offsets with the same producer; they are not messages, and are ignored.
 */
public final class ConnectTraceProducerInterceptor<K, V, R extends ConnectRecord<R>>
        extends TraceProducerInterceptor<K, V> implements Predicate<R>, Versioned {

    private OffsetRecords offsets = OffsetRecords.NONE;

    @Override
    public void configure(Map<String, ?> properties) {
        offsets = OffsetRecords.of(properties.get(CommonClientConfigs.CLIENT_ID_CONFIG));
        super.configure(properties);
    }

    @Override
    public ProducerRecord<K, V> onSend(ProducerRecord<K, V> record) {
        return offsets.contain(record) ? record : super.onSend(record);
    }

    /** No keys: the options of the interceptor are properties of the client. */
    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public boolean test(R record) {
        return false;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }
}
