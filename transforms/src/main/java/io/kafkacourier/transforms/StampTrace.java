/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.core.trace.HostName;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.TraceEmitter;
import io.kafkacourier.kafka.record.RecordKind;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds a message id and a trace context to the headers of each record, and sends a trace event if a topic for events is
 * configured. Keys, values and topics never change, and no record ever fails: a malformed trace header is counted, and
 * a new trace begins. The transform ignores records of the topic of events, and records of our source connectors that
 * are not messages on their way to their target.
 */
public final class StampTrace<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {

    private static final Logger LOG = LoggerFactory.getLogger(StampTrace.class);

    private final Clock clock;
    private final Ids ids;
    private final Supplier<ConnectorContext> context;
    private final Function<EmitterSettings, TraceEmitter> emitters;
    private @Nullable StampTraceConfig config;
    private @Nullable TraceStamper stamper;

    /** Used by Connect. */
    public StampTrace() {
        this(Clock.systemUTC(), Ids.system(), ConnectorContext::current, TraceEmitter::open);
    }

    StampTrace(
            Clock clock,
            Ids ids,
            Supplier<ConnectorContext> context,
            Function<EmitterSettings, TraceEmitter> emitters) {
        this.clock = clock;
        this.ids = ids;
        this.context = context;
        this.emitters = emitters;
    }

    @Override
    public ConfigDef config() {
        return StampTraceConfig.DEFINITION;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    /**
     * Reads the configuration. Connections are opened at the first record.
     *
     * @throws org.apache.kafka.common.config.ConfigException with key, value and what is allowed
     */
    @Override
    public void configure(Map<String, ?> properties) {
        config = new StampTraceConfig(properties);
    }

    @Override
    public R apply(R record) {
        if (RecordKind.of(record) != RecordKind.MESSAGE || isEvent(record)) {
            return record;
        }
        return stamp(record);
    }

    /**
     * Locked, because a transformation must be safe for several threads. Connect uses only one, which never waits here.
     */
    private synchronized R stamp(R record) {
        if (stamper == null) {
            stamper = open();
        }
        return stamper.stamp(record);
    }

    /** Sends the waiting events, within a few seconds. */
    @Override
    public synchronized void close() {
        if (stamper != null) {
            stamper.close();
            LOG.info("Stopped stamping: {}", stamper.counts());
            stamper = null;
        }
    }

    /** Counts of problems so far; null before the first record. */
    synchronized TraceStamper.@Nullable Counts counts() {
        return stamper == null ? null : stamper.counts();
    }

    private boolean isEvent(R record) {
        EmitterSettings emitter = configured().emitter();
        return emitter != null
                && (emitter.topic().equals(record.topic())
                        || (record instanceof SinkRecord sink && emitter.topic().equals(sink.originalTopic())));
    }

    private TraceStamper open() {
        ConnectorContext current = context.get();
        return new TraceStamper(configured(), current, node(current), clock, ids, emitters);
    }

    private String node(ConnectorContext current) {
        String node = configured().node();
        if (!node.isEmpty()) {
            return node;
        }
        return current.connector() != null ? current.connector() : HostName.get();
    }

    private StampTraceConfig configured() {
        return Objects.requireNonNull(config, "configure was not called");
    }
}
