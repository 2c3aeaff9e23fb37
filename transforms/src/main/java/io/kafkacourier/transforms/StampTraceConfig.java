/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static org.apache.kafka.clients.CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;

import io.kafkacourier.core.config.ConfigErrors;
import io.kafkacourier.core.rule.SourceExpression;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.HeaderPolicy;
import io.kafkacourier.core.trace.Sampler;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.EventPrivacyOptions;
import io.kafkacourier.kafka.config.TopicName;
import io.kafkacourier.kafka.config.TraceHeaderOptions;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.SideProducerProperties;
import io.kafkacourier.kafka.header.ConnectMessageHeaders.Form;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.jspecify.annotations.Nullable;

/** The configuration of {@link StampTrace}. Immutable. */
final class StampTraceConfig extends AbstractConfig {

    static final String NODE = "node";
    static final String MESSAGE_ID_FROM = "message.id.from";
    static final String HOPS = "hops";
    static final String TRACEPARENT = TraceHeaderOptions.TRACEPARENT;
    static final String TRACE_ID_HEADER = TraceHeaderOptions.TRACE_ID_HEADER;
    static final String HEADER_FORMAT = "header.format";
    static final String SAMPLING_RATIO = "sampling.ratio";
    static final String EMIT_TOPIC = "emit.topic";
    static final String EMIT_BOOTSTRAP_SERVERS = "emit.bootstrap.servers";
    static final String EMIT_TOPIC_PARTITIONS = "emit.topic.partitions";
    static final String EMIT_QUEUE_CAPACITY = "emit.queue.capacity";
    static final String KEY = EventPrivacyOptions.KEY;
    static final String KEY_SECRET = EventPrivacyOptions.KEY_SECRET;
    static final String ERROR_MESSAGE = EventPrivacyOptions.ERROR_MESSAGE;
    static final String EMIT_PRODUCER_PREFIX = "emit.producer.";

    private static final String AUTO = "auto";
    private static final String STRING = "string";
    private static final String BYTES = "bytes";

    private static final String STAMP_GROUP = "Stamp";
    private static final String EVENTS_GROUP = "Events";

    static final ConfigDef DEFINITION = new ConfigDefinition()
            .group(STAMP_GROUP)
            .key(
                    NODE,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    Importance.MEDIUM,
                    "The name of this hop in trace_hops and in events. Empty: the name of the connector, or of the host"
                            + " if Connect's logging context does not name it.",
                    Width.MEDIUM,
                    "Node")
            .key(
                    MESSAGE_ID_FROM,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    Importance.MEDIUM,
                    "Where message_id is taken from, such as value.order_id, key or header.ce_id; it then replaces a"
                            + " message_id that is there. If a record has nothing there, or this is empty, message_id stays"
                            + " as it is, and is made (a UUIDv7) if there is none.",
                    Width.MEDIUM,
                    "Message id from")
            .key(
                    HOPS,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    null,
                    Importance.LOW,
                    "Whether this hop is added to the header trace_hops. false: the header stays as it is.",
                    Width.SHORT,
                    "Hops")
            .key(
                    TRACEPARENT,
                    ConfigDef.Type.STRING,
                    TraceHeaderOptions.TRACEPARENT_DEFAULT,
                    TraceHeaderOptions.traceParents(),
                    Importance.MEDIUM,
                    "What happens to a traceparent that can be read. continue: the next hop's parent is this one, as long as"
                            + " it sends an event of the record. keep: the header stays as it came, and events are children"
                            + " of the span in it. A record without one gets one either way.",
                    Width.SHORT,
                    "traceparent")
            .key(
                    TRACE_ID_HEADER,
                    ConfigDef.Type.STRING,
                    TraceHeaderOptions.TRACE_ID_HEADER_DEFAULT,
                    TraceHeaderOptions.traceIdHeaders(),
                    Importance.LOW,
                    TraceHeaderOptions.TRACE_ID_HEADER_DOC,
                    Width.MEDIUM,
                    "Header of the trace id")
            .key(
                    HEADER_FORMAT,
                    ConfigDef.Type.STRING,
                    AUTO,
                    ValidString.in(AUTO, STRING, BYTES),
                    Importance.MEDIUM,
                    "The type in which headers are written: bytes for ByteArrayConverter as header converter, string for"
                            + " every other. auto is bytes where the record's headers are bytes or, without headers, its"
                            + " value is, and string elsewhere. With the wrong one ByteArrayConverter fails, and"
                            + " SimpleHeaderConverter writes base64.",
                    Width.SHORT,
                    "Header format")
            .key(
                    SAMPLING_RATIO,
                    ConfigDef.Type.DOUBLE,
                    1.0,
                    LambdaValidator.with(StampTraceConfig::ensureRatio, () -> "a number from 0 to 1"),
                    Importance.MEDIUM,
                    "The part of the traces that start here for which events are sent, from 0 (none) to 1 (all). It is"
                            + " decided by the trace id, and for traces that started elsewhere it was decided there.",
                    Width.SHORT,
                    "Sampling ratio")
            .group(EVENTS_GROUP)
            .key(
                    EMIT_TOPIC,
                    ConfigDef.Type.STRING,
                    "",
                    TopicName.emptyAllowed(),
                    Importance.HIGH,
                    "Where one trace event for each sampled record goes: send in a source, receive in a sink. The topic is"
                            + " created if it is missing, and its own records are never traced. Empty: headers are"
                            + " written and nothing else.",
                    Width.MEDIUM,
                    "Topic of events")
            .key(
                    EMIT_BOOTSTRAP_SERVERS,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    Importance.HIGH,
                    "The Kafka that emit.topic is in, as host:port,...; required with emit.topic. Everything else that"
                            + " its producer needs goes into emit.producer.*, such as emit.producer.security.protocol;"
                            + " nothing is taken from the worker or from the connector.",
                    Width.LONG,
                    "Servers of events")
            .key(
                    EMIT_TOPIC_PARTITIONS,
                    ConfigDef.Type.INT,
                    6,
                    Range.atLeast(1),
                    Importance.LOW,
                    "How many partitions emit.topic gets when it is created, at least 1; the replication factor is the"
                            + " brokers' default.",
                    Width.SHORT,
                    "Partitions of events")
            .key(
                    EMIT_QUEUE_CAPACITY,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(1, 10_000_000),
                    Importance.LOW,
                    "How many events may wait to be sent, from 1 to 10,000,000, each about 1 KiB of heap. Events beyond"
                            + " it are dropped and counted, and the next one announces them; the record never waits.",
                    Width.SHORT,
                    "Queue of events")
            .key(
                    KEY,
                    ConfigDef.Type.STRING,
                    EventPrivacyOptions.KEY_DEFAULT,
                    EventPrivacyOptions.keys(),
                    Importance.MEDIUM,
                    EventPrivacyOptions.KEY_DOC,
                    Width.SHORT,
                    "Keys in events")
            .key(
                    KEY_SECRET,
                    ConfigDef.Type.PASSWORD,
                    EventPrivacyOptions.KEY_SECRET_DEFAULT,
                    null,
                    Importance.MEDIUM,
                    EventPrivacyOptions.KEY_SECRET_DOC,
                    Width.MEDIUM,
                    "Secret of key hashes")
            .key(
                    ERROR_MESSAGE,
                    ConfigDef.Type.STRING,
                    EventPrivacyOptions.ERROR_MESSAGE_DEFAULT,
                    EventPrivacyOptions.errorMessages(),
                    Importance.LOW,
                    EventPrivacyOptions.ERROR_MESSAGE_DOC
                            + " The events of a transform have no errors so far; the option is the same as that of the"
                            + " interceptors and connectors.",
                    Width.SHORT,
                    "Error messages in events")
            .toConfigDef();

    private final @Nullable EmitterSettings emitter;

    /** @throws ConfigException naming key, value and what is allowed */
    StampTraceConfig(Map<String, ?> properties) {
        super(DEFINITION, properties, false);
        ConfigErrors errors = new ConfigErrors();
        errors.check(this::messageIdFrom);
        emitter = readEmitter(errors);
        errors.throwIfAny(ConfigException::new);
    }

    /** The name of this hop; empty where it is to be found out. */
    String node() {
        return getString(NODE);
    }

    /** A new expression for one thread that finds message ids; null where records carry their own. */
    @Nullable
    SourceExpression messageIdFrom() {
        String source = getString(MESSAGE_ID_FROM);
        return source.isEmpty() ? null : SourceExpression.parse(MESSAGE_ID_FROM, source);
    }

    boolean hops() {
        return getBoolean(HOPS);
    }

    /** Which headers are left to the application. */
    HeaderPolicy headers() {
        return HeaderPolicy.of(getString(TRACEPARENT), getString(TRACE_ID_HEADER));
    }

    /** What events reveal of messages. */
    EventPrivacy privacy() {
        return EventPrivacyOptions.read(this, "");
    }

    /** The type in which the headers of {@code record} are written. */
    Form headerForm(ConnectRecord<?> record) {
        return switch (getString(HEADER_FORMAT)) {
            case STRING -> Form.STRING;
            case BYTES -> Form.BYTES;
            default -> HeaderForm.of(record);
        };
    }

    Sampler sampler() {
        return new Sampler(getDouble(SAMPLING_RATIO));
    }

    /** Where events go; null where none are sent. */
    @Nullable
    EmitterSettings emitter() {
        return emitter;
    }

    private @Nullable EmitterSettings readEmitter(ConfigErrors errors) {
        String topic = getString(EMIT_TOPIC);
        if (topic.isEmpty()) {
            return null;
        }
        Map<String, Object> properties = SideProducerProperties.behind(EMIT_PRODUCER_PREFIX, originals(), errors);
        String servers = getString(EMIT_BOOTSTRAP_SERVERS);
        if (servers.isEmpty()) {
            errors.add(EMIT_BOOTSTRAP_SERVERS, servers, "is required with " + EMIT_TOPIC + "; allowed: host:port,...");
        }
        properties.put(BOOTSTRAP_SERVERS_CONFIG, servers);
        return new EmitterSettings(topic, getInt(EMIT_TOPIC_PARTITIONS), getInt(EMIT_QUEUE_CAPACITY), properties);
    }

    private static void ensureRatio(String key, @Nullable Object value) {
        if (value instanceof Double ratio && !(ratio >= 0 && ratio <= 1)) {
            throw new ConfigException(key, value, "must be a number from 0 to 1");
        }
    }
}
