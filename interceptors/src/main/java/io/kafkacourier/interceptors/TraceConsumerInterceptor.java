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
 * Reports in events what a consumer receives, and that it was processed when its offset is committed, as the properties
 * behind {@code courier.trace.} say. Once configured it neither throws nor blocks: what goes wrong here is logged, and the
 * records reach the application. For one thread at a time, as consumers are, but for {@link #onCommit}, which Kafka may call
 * from another.
 */
public class TraceConsumerInterceptor<K, V> implements ConsumerInterceptor<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(TraceConsumerInterceptor.class);

    private final Function<EmitterSettings, TraceEmitter> emitters;
    private final Mishaps mishaps = new Mishaps();
    /** Null where no events are sent. */
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
     * Reads the properties; what it connects to is opened by a thread of its own. A consumer by which Kafka Streams fills its
     * state stores receives no messages, and is left alone.
     *
     * @param properties of the client, all of them
     * @throws org.apache.kafka.common.config.ConfigException naming key, value and what is allowed
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

    /** The same records; their {@code traceparent} names receiving as the parent of what is done with them next, unless it is kept. */
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

    /** Sends the events that wait, within a few seconds. */
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
