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
 * {@link TraceConsumerInterceptor} for {@code consumer.override.interceptor.classes} of a connector. A worker looks for
 * plugins in its {@code plugin.path} and for interceptors nowhere; so this is a predicate too, one that no record meets. It
 * remembers fewer messages than the interceptor of a plain client: a worker has one consumer for each sink task, and commits
 * once a minute.
 */
public final class ConnectTraceConsumerInterceptor<K, V, R extends ConnectRecord<R>>
        extends TraceConsumerInterceptor<K, V> implements Predicate<R>, Versioned {

    private static final String PROCESS_MAX = "courier.trace.process.max";
    /** About 3 MB of heap for each task, and as much again while Kafka does not take the events. */
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

    /** No keys: those of the interceptor are properties of the client. */
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
