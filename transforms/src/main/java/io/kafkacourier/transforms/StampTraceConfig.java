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
                    "The field that message_id is taken from, such as value.order_id, key or header.ce_id. It replaces"
                            + " the message_id that the record already has. If this is empty, or the record does not"
                            + " have the field, message_id stays as it is; a record without message_id gets a UUIDv7.",
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
                    "What happens to a valid traceparent. continue: this hop becomes the parent of the next hop, if"
                            + " this hop sends an event for the record. keep: the header stays as it is, and events are"
                            + " children of the span in it. A record without traceparent gets one in both cases.",
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
                    "The type in which headers are written: bytes if header.converter is ByteArrayConverter, string for"
                            + " every other converter. auto is bytes if the headers of the record are bytes or, if it"
                            + " has no headers, its value is; otherwise string. With the wrong type ByteArrayConverter"
                            + " fails, and SimpleHeaderConverter writes base64.",
                    Width.SHORT,
                    "Header format")
            .key(
                    SAMPLING_RATIO,
                    ConfigDef.Type.DOUBLE,
                    1.0,
                    LambdaValidator.with(StampTraceConfig::ensureRatio, () -> "a number from 0 to 1"),
                    Importance.MEDIUM,
                    "The fraction of the traces started here for which events are sent, from 0 (none) to 1 (all). The"
                            + " trace id decides. Traces that started elsewhere keep the decision that was made there.",
                    Width.SHORT,
                    "Sampling ratio")
            .group(EVENTS_GROUP)
            .key(
                    EMIT_TOPIC,
                    ConfigDef.Type.STRING,
                    "",
                    TopicName.emptyAllowed(),
                    Importance.HIGH,
                    "The topic for trace events, one for each sampled record: send in a source, receive in a sink. The"
                            + " topic is created if it is missing, and its own records are never traced. Empty: headers"
                            + " are written, and no events are sent.",
                    Width.MEDIUM,
                    "Topic of events")
            .key(
                    EMIT_BOOTSTRAP_SERVERS,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    Importance.HIGH,
                    "The Kafka brokers of emit.topic, as host:port,...; required with emit.topic. Other settings of the"
                            + " producer of events go into emit.producer.*, such as emit.producer.security.protocol. No"
                            + " setting is taken from the worker or the connector.",
                    Width.LONG,
                    "Servers of events")
            .key(
                    EMIT_TOPIC_PARTITIONS,
                    ConfigDef.Type.INT,
                    6,
                    Range.atLeast(1),
                    Importance.LOW,
                    "The number of partitions of emit.topic when it is created, at least 1. The replication factor is"
                            + " the default of the brokers.",
                    Width.SHORT,
                    "Partitions of events")
            .key(
                    EMIT_QUEUE_CAPACITY,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(1, 10_000_000),
                    Importance.LOW,
                    "How many events can wait to be sent, from 1 to 10,000,000. Each takes about 1 KiB of heap. Further"
                            + " events are dropped and counted, and the next event reports how many. Records never wait"
                            + " for events.",
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
                            + " Events of this transform report no errors yet; the option exists because the"
                            + " interceptors and connectors have it.",
                    Width.SHORT,
                    "Error messages in events")
            .toConfigDef();

    private final @Nullable EmitterSettings emitter;

    /** @throws ConfigException with key, value and what is allowed */
    StampTraceConfig(Map<String, ?> properties) {
        super(DEFINITION, properties, false);
        ConfigErrors errors = new ConfigErrors();
        errors.check(this::messageIdFrom);
        emitter = readEmitter(errors);
        errors.throwIfAny(ConfigException::new);
    }

    /** The name of this hop; empty if it is not configured. */
    String node() {
        return getString(NODE);
    }

    /** A new expression that finds message ids, for one thread; null if {@code message.id.from} is empty. */
    @Nullable
    SourceExpression messageIdFrom() {
        String source = getString(MESSAGE_ID_FROM);
        return source.isEmpty() ? null : SourceExpression.parse(MESSAGE_ID_FROM, source);
    }

    boolean hops() {
        return getBoolean(HOPS);
    }

    /** Which headers belong to the application. */
    HeaderPolicy headers() {
        return HeaderPolicy.of(getString(TRACEPARENT), getString(TRACE_ID_HEADER));
    }

    /** What events contain of keys and error messages. */
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

    /** Where events go; null if none are sent. */
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
