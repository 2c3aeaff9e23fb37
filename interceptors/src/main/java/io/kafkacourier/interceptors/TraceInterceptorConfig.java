/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.config.ConfigErrors;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.HeaderPolicy;
import io.kafkacourier.core.trace.HostName;
import io.kafkacourier.core.trace.Sampler;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.EventPrivacyOptions;
import io.kafkacourier.kafka.config.TopicName;
import io.kafkacourier.kafka.config.TraceHeaderOptions;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.SideProducerProperties;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The options of the trace interceptors among the properties of their client. Immutable. */
final class TraceInterceptorConfig extends AbstractConfig {

    static final String PREFIX = "courier.trace.";
    static final String TOPIC = PREFIX + "topic";
    static final String BOOTSTRAP_SERVERS = PREFIX + "bootstrap.servers";
    static final String PRODUCER_PREFIX = PREFIX + "producer.";
    static final String NODE = PREFIX + "node";
    static final String SERVICE = PREFIX + "service";
    static final String SAMPLING_RATIO = PREFIX + "sampling.ratio";
    static final String QUEUE_CAPACITY = PREFIX + "queue.capacity";
    static final String KEY = PREFIX + EventPrivacyOptions.KEY;
    static final String KEY_SECRET = PREFIX + EventPrivacyOptions.KEY_SECRET;
    static final String ERROR_MESSAGE = PREFIX + EventPrivacyOptions.ERROR_MESSAGE;
    static final String HOPS = PREFIX + "hops";
    static final String TRACEPARENT = PREFIX + TraceHeaderOptions.TRACEPARENT;
    static final String TRACE_ID_HEADER = PREFIX + TraceHeaderOptions.TRACE_ID_HEADER;
    static final String PROCESS = PREFIX + "process";
    static final String PROCESS_MAX = PREFIX + "process.max";

    /**
     * The start of the client.id that Kafka gives a consumer without client.id and group.id; the same in every process.
     */
    private static final String NAMELESS_CONSUMER = "consumer-null-";

    /** The default of StampTrace, in case the interceptor creates the topic. */
    private static final int TOPIC_PARTITIONS = 6;

    /** The ends of the client.id of consumers of Kafka Streams that read state instead of messages. */
    private static final List<String> STATE_CONSUMERS = List.of("-restore-consumer", "-global-consumer");

    static final ConfigDef DEFINITION = new ConfigDefinition()
            .key(
                    TOPIC,
                    ConfigDef.Type.STRING,
                    "",
                    TopicName.emptyAllowed(),
                    Importance.HIGH,
                    "The topic for trace events. It is created if it is missing, and its own records are never traced."
                            + " Empty: producers only write headers, consumers do nothing.")
            .key(
                    BOOTSTRAP_SERVERS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    Importance.MEDIUM,
                    "The Kafka brokers of the topic of events, as host:port,... Empty: those of the client. The"
                            + " producer of events connects like the client: it uses the client's properties, except"
                            + " for serializers, acks, batches, groups, interceptors, metrics and the like. Set"
                            + " different values in " + PRODUCER_PREFIX + "*.")
            .key(
                    NODE,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    Importance.MEDIUM,
                    "The name of this hop in trace_hops and in events. Empty: group.id of a consumer, otherwise"
                            + " client.id, otherwise the name that Kafka gives the consumer, with the name of the host."
                            + " Consumers that each read all messages need different names, because the id of an event"
                            + " contains it.")
            .key(
                    SERVICE,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    Importance.LOW,
                    "The name of the application, in the field service of events. Empty: events have no such field.")
            .key(
                    SAMPLING_RATIO,
                    ConfigDef.Type.DOUBLE,
                    1.0,
                    LambdaValidator.with(TraceInterceptorConfig::ensureRatio, () -> "a number from 0 to 1"),
                    Importance.MEDIUM,
                    "The fraction of the traces started here for which events are sent, from 0 (none) to 1 (all). The"
                            + " trace id decides. Traces that started elsewhere keep the decision that was made there."
                            + " Failed sends are always reported.")
            .key(
                    QUEUE_CAPACITY,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(1, 10_000_000),
                    Importance.LOW,
                    "How many events can wait to be sent, from 1 to 10,000,000. Each takes about 1 KiB of heap. Further"
                            + " events are dropped and counted, and the next event reports how many. The application"
                            + " never waits for events.")
            .key(
                    KEY,
                    ConfigDef.Type.STRING,
                    EventPrivacyOptions.KEY_DEFAULT,
                    EventPrivacyOptions.keys(),
                    Importance.MEDIUM,
                    EventPrivacyOptions.KEY_DOC)
            .key(
                    KEY_SECRET,
                    ConfigDef.Type.PASSWORD,
                    EventPrivacyOptions.KEY_SECRET_DEFAULT,
                    null,
                    Importance.MEDIUM,
                    EventPrivacyOptions.KEY_SECRET_DOC)
            .key(
                    ERROR_MESSAGE,
                    ConfigDef.Type.STRING,
                    EventPrivacyOptions.ERROR_MESSAGE_DEFAULT,
                    EventPrivacyOptions.errorMessages(),
                    Importance.MEDIUM,
                    EventPrivacyOptions.ERROR_MESSAGE_DOC)
            .key(
                    HOPS,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    null,
                    Importance.LOW,
                    "Whether a producer adds itself to the header trace_hops. false: the header stays as it is.")
            .key(
                    TRACEPARENT,
                    ConfigDef.Type.STRING,
                    TraceHeaderOptions.TRACEPARENT_DEFAULT,
                    TraceHeaderOptions.traceParents(),
                    Importance.MEDIUM,
                    "What happens to a valid traceparent. continue: this client becomes the parent of the next hop, if"
                            + " it sends an event for the message. keep: the header stays as it is, and events are"
                            + " children of the span in it; use it if the application has another tracer. With keep a"
                            + " producer still adds a missing traceparent, and a consumer changes no header.")
            .key(
                    TRACE_ID_HEADER,
                    ConfigDef.Type.STRING,
                    TraceHeaderOptions.TRACE_ID_HEADER_DEFAULT,
                    TraceHeaderOptions.traceIdHeaders(),
                    Importance.LOW,
                    TraceHeaderOptions.TRACE_ID_HEADER_DOC + " Consumers only read it.")
            .key(
                    PROCESS,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    null,
                    Importance.MEDIUM,
                    "Whether a consumer also sends an event of type process when the offset of a message is committed."
                            + " Kafka does not report offsets that are committed in a transaction, so set false for"
                            + " Streams with exactly-once.")
            .key(
                    PROCESS_MAX,
                    ConfigDef.Type.INT,
                    100_000,
                    Range.between(1, 10_000_000),
                    Importance.LOW,
                    "How many messages with uncommitted offsets a consumer remembers for process events, from 1 to"
                            + " 10,000,000. Each takes about 300 bytes of heap, and up to 8 KiB if keys and message ids"
                            + " are very long. If there are more, the oldest are forgotten and counted. While events"
                            + " cannot be sent, the same number of messages with committed offsets can wait as well."
                            + " ConnectTraceConsumerInterceptor has a default of 10,000, because each task of a sink"
                            + " connector has its own consumer.")
            .toConfigDef();

    private final @Nullable EmitterSettings emitter;

    /**
     * @param properties all properties of the client
     * @throws ConfigException with key, value and what is allowed
     */
    TraceInterceptorConfig(Map<String, ?> properties) {
        super(DEFINITION, properties, false);
        ConfigErrors errors = new ConfigErrors();
        emitter = readEmitter(errors);
        errors.throwIfAny(ConfigException::new);
    }

    /** The topic of events; empty if none are sent. */
    String topic() {
        return getString(TOPIC);
    }

    /** Where events go; null if none are sent. */
    @Nullable
    EmitterSettings emitter() {
        return emitter;
    }

    /** The name of this hop. */
    String node() {
        return Stream.of(getString(NODE), group(), clientName())
                .filter(name -> name != null && !name.isEmpty())
                .findFirst()
                .orElse("kafka-client");
    }

    /** Empty if it is not configured. */
    String service() {
        return getString(SERVICE);
    }

    /** Null if the client has none. */
    @Nullable
    String group() {
        return text(CommonClientConfigs.GROUP_ID_CONFIG);
    }

    /** Null if the client has none. */
    @Nullable
    String clientId() {
        return text(CommonClientConfigs.CLIENT_ID_CONFIG);
    }

    /** Whether Kafka Streams uses the client to read changelogs or global tables into a store. */
    boolean isStateConsumer() {
        String id = clientId();
        return group() == null && id != null && STATE_CONSUMERS.stream().anyMatch(id::endsWith);
    }

    private @Nullable String clientName() {
        String id = clientId();
        return id != null && id.startsWith(NAMELESS_CONSUMER) ? id + "@" + HostName.get() : id;
    }

    Sampler sampler() {
        return new Sampler(getDouble(SAMPLING_RATIO));
    }

    EventPrivacy privacy() {
        return EventPrivacyOptions.read(this, PREFIX);
    }

    HeaderPolicy headers() {
        return HeaderPolicy.of(getString(TRACEPARENT), getString(TRACE_ID_HEADER));
    }

    boolean hops() {
        return getBoolean(HOPS);
    }

    boolean process() {
        return getBoolean(PROCESS);
    }

    int processMax() {
        return getInt(PROCESS_MAX);
    }

    private @Nullable EmitterSettings readEmitter(ConfigErrors errors) {
        Map<String, Object> overrides = SideProducerProperties.behind(PRODUCER_PREFIX, originals(), errors);
        if (topic().isEmpty()) {
            return null;
        }
        Map<String, Object> properties = SideProducerProperties.ofClient(originals());
        properties.putAll(overrides);
        List<String> servers = getList(BOOTSTRAP_SERVERS);
        Object clients = originals().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        if (servers.isEmpty() && clients == null) {
            errors.add(BOOTSTRAP_SERVERS, "", "is required if the client has no bootstrap.servers");
            return null;
        }
        properties.put(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                servers.isEmpty() ? Objects.requireNonNull(clients) : servers);
        return new EmitterSettings(topic(), TOPIC_PARTITIONS, getInt(QUEUE_CAPACITY), properties);
    }

    private @Nullable String text(String key) {
        return originals().get(key) instanceof String text ? text : null;
    }

    private static void ensureRatio(String key, @Nullable Object value) {
        if (value instanceof Double ratio && !(ratio >= 0 && ratio <= 1)) {
            throw new ConfigException(key, value, "must be a number from 0 to 1");
        }
    }
}
