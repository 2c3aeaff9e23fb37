/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.kafka.metrics.NumberedBean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the counts of an interceptor in JMX, as {@code io.kafkacourier:type=...,client-id="...",id=...}, while its
 * client is open.
 */
final class InterceptorBean implements TraceInterceptorMXBean, AutoCloseable {

    private final LongSupplier malformedHeaders;
    private final LongSupplier conflicts;
    private final LongSupplier forgottenMessages;
    private final Mishaps mishaps;
    private final NumberedBean registered;

    private InterceptorBean(
            String type,
            @Nullable String clientId,
            LongSupplier malformedHeaders,
            LongSupplier conflicts,
            LongSupplier forgottenMessages,
            Mishaps mishaps) {
        this.malformedHeaders = malformedHeaders;
        this.conflicts = conflicts;
        this.forgottenMessages = forgottenMessages;
        this.mishaps = mishaps;
        this.registered = NumberedBean.register(this, type, "client-id", clientId == null ? "" : clientId);
    }

    static InterceptorBean of(ProducerTracing tracing, @Nullable String clientId, Mishaps mishaps) {
        return new InterceptorBean(
                "trace-producer", clientId, tracing::malformedHeaders, tracing::conflicts, () -> 0, mishaps);
    }

    static InterceptorBean of(ConsumerTracing tracing, @Nullable String clientId, Mishaps mishaps) {
        return new InterceptorBean(
                "trace-consumer", clientId, tracing::malformedHeaders, tracing::conflicts, tracing::forgotten, mishaps);
    }

    @Override
    public long getMalformedHeaders() {
        return malformedHeaders.getAsLong();
    }

    @Override
    public long getConflictingTraceIds() {
        return conflicts.getAsLong();
    }

    @Override
    public long getForgottenMessages() {
        return forgottenMessages.getAsLong();
    }

    @Override
    public long getMishaps() {
        return mishaps.count();
    }

    /** Removes the bean from JMX. */
    @Override
    public void close() {
        registered.close();
    }
}
