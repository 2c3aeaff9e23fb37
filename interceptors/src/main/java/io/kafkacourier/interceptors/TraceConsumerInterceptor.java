/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.TraceEmitter;
import java.time.Clock;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an event for each message that a consumer receives, and another when its offset is committed. The properties
 * with the prefix {@code courier.trace.} configure it. After configuration it neither throws nor blocks: if it fails,
 * it logs the failure, and the records reach the application. For one thread at a time, like consumers, except {@link
 * #onCommit}, which Kafka can call from another thread.
 */
public class TraceConsumerInterceptor<K, V> implements ConsumerInterceptor<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(TraceConsumerInterceptor.class);

    private final Function<EmitterSettings, TraceEmitter> emitters;
    private final Mishaps mishaps = new Mishaps();
    /** Null if no events are sent. */
    private volatile @Nullable ConsumerTracing tracing;

    private volatile @Nullable InterceptorBean bean;

    /** Used by clients. */
    public TraceConsumerInterceptor() {
        this(TraceEmitter::open);
    }

    TraceConsumerInterceptor(Function<EmitterSettings, TraceEmitter> emitters) {
        this.emitters = emitters;
    }

    /**
     * Reads the properties. Another thread opens the connection for events. A consumer that Kafka Streams uses to fill
     * its state stores receives no messages, and is not traced.
     *
     * @param properties all properties of the client
     * @throws org.apache.kafka.common.config.ConfigException with key, value and what is allowed
     */
    @Override
    public void configure(Map<String, ?> properties) {
        TraceInterceptorConfig config = new TraceInterceptorConfig(properties);
        EmitterSettings settings = config.emitter();
        if (settings == null) {
            return;
        } else if (config.isStateConsumer()) {
            LOG.info("Not tracing {}, which reads the state of Kafka Streams", config.clientId());
            return;
        }
        ConsumerTracing opened = new ConsumerTracing(config, Clock.systemUTC(), Ids.system(), emitters.apply(settings));
        tracing = opened;
        bean = InterceptorBean.of(opened, config.clientId(), mishaps);
    }

    /**
     * Returns the same records. Their {@code traceparent} now names the receive span as parent, unless it is to be
     * kept.
     */
    @Override
    @SuppressWarnings("IllegalCatch")
    public ConsumerRecords<K, V> onConsume(ConsumerRecords<K, V> records) {
        ConsumerTracing current = tracing;
        try {
            if (current != null) {
                current.received(records);
            }
        } catch (Throwable e) {
            mishaps.happened("onConsume", e);
        }
        return records;
    }

    @Override
    @SuppressWarnings("IllegalCatch")
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        ConsumerTracing current = tracing;
        try {
            if (current != null) {
                current.committed(offsets);
            }
        } catch (Throwable e) {
            mishaps.happened("onCommit", e);
        }
    }

    /** Sends the waiting events, within a few seconds. */
    @Override
    @SuppressWarnings("IllegalCatch")
    public void close() {
        ConsumerTracing current = tracing;
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
                        "Stopped tracing: {} malformed headers, {} conflicting trace ids, {} events dropped, {} messages forgotten, {} mishaps",
                        current.malformedHeaders(),
                        current.conflicts(),
                        current.droppedEvents(),
                        current.forgotten(),
                        mishaps.count());
            }
        } catch (Throwable e) {
            mishaps.happened("close", e);
        }
    }
}
