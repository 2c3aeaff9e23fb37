/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors.connect;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.interceptors.TraceConsumerInterceptor;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * {@link TraceConsumerInterceptor} for {@code consumer.override.interceptor.classes} of a connector. A worker looks for plugins in
 * its {@code plugin.path} and for interceptors nowhere; so this is a predicate too, one that no record meets.
 */
public final class ConnectTraceConsumerInterceptor<K, V, R extends ConnectRecord<R>>
        extends TraceConsumerInterceptor<K, V> implements Predicate<R>, Versioned {

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
