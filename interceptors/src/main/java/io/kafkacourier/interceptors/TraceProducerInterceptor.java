/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.TraceEmitter;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds a message id and a trace context to the headers of each record that a producer sends, and reports the outcome of
 * the send in an event. The properties with the prefix {@code courier.trace.} configure it. After configuration it
 * neither throws nor blocks: if it fails, it logs the failure, and the record is sent unchanged. Safe for use by
 * several threads, like producers.
 */
public class TraceProducerInterceptor<K, V> implements ProducerInterceptor<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(TraceProducerInterceptor.class);

    private final Function<EmitterSettings, TraceEmitter> emitters;
    private final boolean headersComeBack;
    private final Mishaps mishaps = new Mishaps();
    private volatile @Nullable ProducerTracing tracing;
    private volatile @Nullable InterceptorBean bean;

    /** Used by clients. */
    public TraceProducerInterceptor() {
        this(TraceEmitter::open, headersComeBack());
    }

    TraceProducerInterceptor(Function<EmitterSettings, TraceEmitter> emitters, boolean headersComeBack) {
        this.emitters = emitters;
        this.headersComeBack = headersComeBack;
    }

    /** The properties of this interceptor and of {@link TraceConsumerInterceptor}. */
    public static ConfigDef configDef() {
        return new ConfigDef(TraceInterceptorConfig.DEFINITION);
    }

    /**
     * Reads the properties. Another thread opens the connection for events.
     *
     * @param properties all properties of the client
     * @throws org.apache.kafka.common.config.ConfigException with key, value and what is allowed
     */
    @Override
    public void configure(Map<String, ?> properties) {
        TraceInterceptorConfig config = new TraceInterceptorConfig(properties);
        EmitterSettings settings = config.emitter();
        ProducerTracing opened = new ProducerTracing(
                config,
                Clock.systemUTC(),
                Ids.system(),
                settings == null ? null : emitters.apply(settings),
                headersComeBack);
        tracing = opened;
        bean = InterceptorBean.of(opened, config.clientId(), mishaps);
    }

    /** Returns the record to send instead, with this hop in its headers. The original record never changes. */
    @Override
    @SuppressWarnings("IllegalCatch")
    public ProducerRecord<K, V> onSend(ProducerRecord<K, V> record) {
        ProducerTracing current = tracing;
        try {
            return current == null ? record : current.sending(record);
        } catch (Throwable e) {
            mishaps.happened("onSend", e);
            return record;
        }
    }

    /** Called by clients up to 4.0, which do not identify the record. */
    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
        onAcknowledgement(metadata, exception, null);
    }

    /** Called by clients from 4.1 on. */
    @Override
    @SuppressWarnings("IllegalCatch")
    public void onAcknowledgement(
            @Nullable RecordMetadata metadata, @Nullable Exception exception, @Nullable Headers headers) {
        ProducerTracing current = tracing;
        try {
            if (current != null) {
                current.acknowledged(metadata, exception, headers);
            }
        } catch (Throwable e) {
            mishaps.happened("onAcknowledgement", e);
        }
    }

    /** Sends the waiting events, within a few seconds. */
    @Override
    @SuppressWarnings("IllegalCatch")
    public void close() {
        ProducerTracing current = tracing;
        InterceptorBean counts = bean;
        tracing = null;
        bean = null;
        try {
            if (counts != null) {
                counts.close();
            }
            if (current != null) {
                current.close();
                LOG.info(
                        "Stopped tracing: {} malformed headers, {} conflicting trace ids, {} events dropped, {} mishaps",
                        current.malformedHeaders(),
                        current.conflicts(),
                        current.droppedEvents(),
                        mishaps.count());
            }
        } catch (Throwable e) {
            mishaps.happened("close", e);
        }
    }

    /** Whether this version of the clients passes headers to {@code onAcknowledgement} (KIP-512). */
    private static boolean headersComeBack() {
        return Arrays.stream(ProducerInterceptor.class.getMethods())
                .anyMatch(method -> method.getName().equals("onAcknowledgement") && method.getParameterCount() == 3);
    }
}
