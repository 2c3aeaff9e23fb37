/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors.connect;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.interceptors.TraceConsumerInterceptor;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * {@link TraceConsumerInterceptor} for {@code consumer.override.interceptor.classes} of a connector. A worker searches
 * its {@code plugin.path} for plugins, but not for interceptors. So this class is also a predicate, which is false for
 * every record. It remembers fewer messages than the interceptor of a plain client, because a worker has one consumer
 * for each sink task, and commits once a minute.
 */
public final class ConnectTraceConsumerInterceptor<K, V, R extends ConnectRecord<R>>
        extends TraceConsumerInterceptor<K, V> implements Predicate<R>, Versioned {

    private static final String PROCESS_MAX = "courier.trace.process.max";
    /** About 3 MB of heap for each task, and twice as much while events cannot be sent. */
    private static final int PROCESS_MAX_DEFAULT = 10_000;

    @Override
    public void configure(Map<String, ?> properties) {
        super.configure(withDefault(properties));
    }

    static Map<String, ?> withDefault(Map<String, ?> properties) {
        Map<String, Object> own = new HashMap<>(properties);
        own.putIfAbsent(PROCESS_MAX, PROCESS_MAX_DEFAULT);
        return own;
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
