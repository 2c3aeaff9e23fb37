/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import com.google.re2j.Pattern;
import io.kafkacourier.core.time.Durations;
import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.HeaderPolicy;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.config.EventPrivacyOptions;
import io.kafkacourier.kafka.config.TopicPattern;
import io.kafkacourier.kafka.config.TraceHeaderOptions;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.source.intake.Intake;
import io.kafkacourier.source.intake.OnMissing;
import io.kafkacourier.source.targets.Codec;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.tier.TierNames;
import io.kafkacourier.source.tier.TierSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** The configuration of a source connector, after {@link SourceChecks} and the connector's own checks have found no mistake. */
public final class SourceConfig extends AbstractConfig {

    public static final String BOOTSTRAP_SERVERS = CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
    public static final String TOPICS = "topics";
    public static final String TOPICS_REGEX = "topics.regex";
    public static final String TOPICS_REFRESH_INTERVAL = "topics.refresh.interval";
    public static final String ON_MISSING = "on.missing";
    public static final String TARGET_TOPICS_ALLOW = "target.topics.allow";
    public static final String TOPICS_ALLOW_INTERNAL = "topics.allow.internal";
    public static final String TIMESTAMP = "timestamp";
    public static final String HORIZON = "horizon";
    public static final String BUFFER_MAX_BYTES = "buffer.max.bytes";
    public static final String BATCH_MAX_BYTES = "batch.max.bytes";
    public static final String TIERS = "tiers";
    public static final String TIERS_PREFIX = "tiers.prefix";
    public static final String TIERS_PARTITIONS = "tiers.partitions";
    public static final String TIERS_REPLICATION_FACTOR = "tiers.replication.factor";
    public static final String MAX_REQUEST_SIZE = ProducerConfig.MAX_REQUEST_SIZE_CONFIG;
    public static final String TRACE_TOPIC = "trace.topic";
    public static final String TRACE_ID_HEADER = TraceHeaderOptions.TRACE_ID_HEADER;
    public static final String KEY = EventPrivacyOptions.KEY;
    public static final String KEY_SECRET = EventPrivacyOptions.KEY_SECRET;
    public static final String ERROR_MESSAGE = EventPrivacyOptions.ERROR_MESSAGE;

    /** The number of the task, which the connector adds for the metrics of the task. */
    public static final String TASK = "courier.task";

    /** The defaults of Kafka's producer. */
    private static final long DEFAULT_MAX_REQUEST_SIZE = 1_048_576;

    private static final long DEFAULT_BUFFER_MEMORY = 33_554_432;

    private static final long DEFAULT_TRANSACTION_TIMEOUT_MS = 60_000;

    private static final int TRANSFORMS_HEADROOM = 2_048;

    private final SourceKind kind;
    private final CreationGroups creation;

    /**
     * Reads a configuration.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a key has a value that its validator does not accept
     */
    public SourceConfig(SourceKind kind, ConfigDef definition, Map<String, String> properties) {
        super(withoutKeysOfKafka(definition), properties);
        this.kind = kind;
        this.creation = new CreationGroups(properties);
    }

    /** The clients read these keys themselves; here they would only add a hundred lines to the log each time. */
    private static ConfigDef withoutKeysOfKafka(ConfigDef definition) {
        ConfigDef own = new ConfigDef();
        definition.configKeys().values().stream()
                .filter(key -> !ClientSecurity.isSecurity(key.name))
                .forEach(own::define);
        return own;
    }

    /** The kind of the connector. */
    public SourceKind kind() {
        return kind;
    }

    /** The settings with which missing topics are created ({@code topic.creation.*}). */
    CreationGroups creation() {
        return creation;
    }

    /** Settings with which a topic accepts every record that the producer sends, so that no record loses its value there. */
    public Map<String, String> takingAll() {
        long largest =
                Math.max(TargetTopic.Present.WITH_DEFAULTS.maxMessageBytes(), codec().mostSent(maxRequestSize()));
        return Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString((int) Math.min(largest, Integer.MAX_VALUE)));
    }

    /**
     * A topic of the connector's own with these settings. If a group of {@code topic.creation.*} includes it, the settings,
     * partitions and replicas of the group take precedence.
     */
    public NewTopic withSettings(String topic, Map<String, String> settings) {
        NewTopic asked = creation.ofOwn(topic);
        if (asked == null) {
            return withDefaults(topic).configs(settings);
        }
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(asked.configs());
        return asked.configs(all);
    }

    /** A topic with the settings of its group of {@code topic.creation.*}; null if no group includes it. */
    public @Nullable NewTopic created(String topic) {
        return creation.newTopic(topic);
    }

    /** A topic with the broker's default number of partitions and replicas. */
    public static NewTopic withDefaults(String topic) {
        return new NewTopic(topic, Optional.empty(), Optional.empty());
    }

    /** The outputs that some keys name, by key; empty keys are left out. */
    public Map<String, String> outputs(String... keys) {
        Map<String, String> outputs = new LinkedHashMap<>();
        for (String key : keys) {
            if (!getString(key).isEmpty()) {
                outputs.put(key, getString(key));
            }
        }
        return outputs;
    }

    /** Matches the names of further inputs; null if there are none. */
    @Nullable
    Pattern inputPattern() {
        String regex = getString(TOPICS_REGEX);
        return regex.isEmpty() ? null : TopicPattern.compile(TOPICS_REGEX, regex);
    }

    /** The longest wait that is spent in memory, in milliseconds. */
    public long horizonMs() {
        return duration(HORIZON).toMillis();
    }

    /** Names the tiers. */
    public TierNames tierNames() {
        return TierNames.of(getString(TIERS_PREFIX), connectorName());
    }

    /**
     * The tiers for waits beyond the horizon.
     *
     * @param longestMs the longest wait, in milliseconds
     */
    public Ladder ladder(long longestMs) {
        List<Long> named = getList(TIERS).stream()
                .map(tier -> Durations.parse(tier).toSeconds())
                .toList();
        return named.isEmpty() ? Ladder.upTo(longestMs, horizonMs()) : Ladder.named(named, horizonMs());
    }

    /** How many partitions a tier is created with; empty if that is not configured. */
    public OptionalInt tiersPartitions() {
        return PartitionCount.parse(getString(TIERS_PARTITIONS));
    }

    public short tiersReplicationFactor() {
        return getShort(TIERS_REPLICATION_FACTOR);
    }

    /** The settings that a tier is created with. */
    public TierSettings tierSettings() {
        return TierSettings.of(originals());
    }

    /** The topics that a message may name as its target. */
    public AllowedTopics allowedTargets() {
        String pattern = getString(TARGET_TOPICS_ALLOW);
        AllowedTopics matching = pattern.isEmpty()
                ? AllowedTopics.any()
                : AllowedTopics.matching(TopicPattern.compile(TARGET_TOPICS_ALLOW, pattern));
        return matching.withInternal(getList(TOPICS_ALLOW_INTERNAL));
    }

    /** The topic in which Connect stores the offsets of this connector only; empty if it uses the topic of the workers. */
    public Optional<String> offsetsTopic() {
        return Optional.ofNullable(originals().get(SourceRules.OFFSETS_TOPIC)).map(Object::toString);
    }

    /**
     * The largest record that the producer sends, in bytes. If it is configured, the producer's buffer is assumed to be
     * large enough.
     */
    public int maxRequestSize() {
        Integer stated = getInt(MAX_REQUEST_SIZE);
        return (int) Math.min(
                stated == null
                        ? producerSetting(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_MAX_REQUEST_SIZE)
                        : stated,
                producerSetting(
                        ProducerConfig.BUFFER_MEMORY_CONFIG, stated == null ? DEFAULT_BUFFER_MEMORY : Long.MAX_VALUE));
    }

    /** The compression of the producer, as far as the connector configures it. */
    Codec codec() {
        Map<String, String> settings = new HashMap<>();
        originalsWithPrefix(SourceRules.PRODUCER_PREFIX)
                .forEach((key, value) -> settings.put(key, String.valueOf(value)));
        return Codec.ofProducer(settings);
    }

    /**
     * Whether the producer waits for all in-sync replicas, so that a topic with too few of them accepts no records. That is
     * Connect's default, unless the connector overrides it.
     */
    public boolean awaitsReplicas() {
        Object acks = originals().get(SourceRules.PRODUCER_PREFIX + ProducerConfig.ACKS_CONFIG);
        return acks == null || Set.of("all", "-1").contains(acks.toString().strip());
    }

    /** After how long the cluster aborts a transaction of the producer, as far as the connector configures it. */
    public Duration transactionTimeout() {
        return Duration.ofMillis(
                producerSetting(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, DEFAULT_TRANSACTION_TIMEOUT_MS));
    }

    private long producerSetting(String key, long absent) {
        Object setting = originals().get(SourceRules.PRODUCER_PREFIX + key);
        return setting == null ? absent : Long.parseLong(setting.toString().strip());
    }

    /** How many bytes tracing and the transforms of the connector may add to a record; enough for two sets of trace headers. */
    int transformsHeadroom() {
        boolean isTransformed = originals().get("transforms") instanceof String transforms && !transforms.isBlank();
        return isTransformed || !traceTopic().isEmpty() ? TRANSFORMS_HEADROOM : 0;
    }

    /** Fits drafts into topics. */
    public Fitting fitting() {
        return new Fitting(maxRequestSize(), codec(), transformsHeadroom());
    }

    /** The topic of trace events; empty if there are none. */
    public String traceTopic() {
        return getString(TRACE_TOPIC);
    }

    /** Which data of messages trace events contain. */
    public EventPrivacy privacy() {
        return EventPrivacyOptions.read(this, "");
    }

    /** The policy for trace headers that belong to the application. */
    public HeaderPolicy traceHeaders() {
        return HeaderPolicy.of(TraceHeaderOptions.TRACEPARENT_DEFAULT, getString(TRACE_ID_HEADER));
    }

    /** The name of the connector, which Connect adds to every configuration. */
    public String connectorName() {
        return String.valueOf(originals().get("name"));
    }

    /** The consumer group in which the progress is published. */
    public String progressGroup() {
        return "courier-" + connectorName();
    }

    /** The prefix of the connector's client ids. */
    public String clientId() {
        return "courier-" + kind.text() + "-" + connectorName();
    }

    public OnMissing onMissing() {
        return OnMissing.valueOf(getString(ON_MISSING).toUpperCase(Locale.ROOT));
    }

    /** Whether a delayed message gets its due time as timestamp. */
    public boolean stampsDueTime() {
        return getString(TIMESTAMP).equals("due");
    }

    /** How much a task keeps in memory, in bytes, before it pauses reading. */
    public long bufferMaxBytes() {
        return getLong(BUFFER_MAX_BYTES);
    }

    /** How many bytes a batch has at most, not counting its last record. */
    public long batchMaxBytes() {
        return getLong(BATCH_MAX_BYTES);
    }

    public Duration topicsRefreshInterval() {
        return duration(TOPICS_REFRESH_INTERVAL);
    }

    /**
     * The properties of the consumer.
     *
     * @param partitions how many partitions it reads
     */
    public Map<String, Object> consumerProperties(String clientId, int partitions) {
        Map<String, Object> properties = client(SourceRules.CONSUMER_PREFIX, clientId);
        SourceRules.completeConsumer(properties, bufferMaxBytes(), Intake.fetchBytes(bufferMaxBytes(), partitions));
        return properties;
    }

    /** The properties of the admin client. */
    public Map<String, Object> adminProperties(String clientId) {
        return client(SourceRules.ADMIN_PREFIX, clientId);
    }

    /** The credentials of the consumer. */
    public ClientSecurity consumerSecurity() {
        return new ClientSecurity("consumer", client(SourceRules.CONSUMER_PREFIX, ""));
    }

    /** The credentials of the admin client. */
    public ClientSecurity adminSecurity() {
        return new ClientSecurity("admin client", client(SourceRules.ADMIN_PREFIX, ""));
    }

    /** The consumer and its principal, for messages. */
    public String consumerIdentity() {
        return consumerSecurity().who();
    }

    /** The admin client and its principal, for messages. */
    public String adminIdentity() {
        return adminSecurity().who();
    }

    /** The properties of an admin client with the credentials of the consumer. */
    public Map<String, Object> consumerAdminProperties(String clientId) {
        Map<String, Object> properties = new HashMap<>(consumerSecurity().settings());
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        properties.put(BOOTSTRAP_SERVERS, getString(BOOTSTRAP_SERVERS));
        return properties;
    }

    private Map<String, Object> client(String prefix, String clientId) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        properties.putAll(ClientSecurity.security(originals()));
        originalsWithPrefix(prefix).forEach((key, value) -> {
            if (!key.startsWith(SourceRules.CONNECT_OVERRIDE)) {
                properties.put(key, value);
            }
        });
        properties.put(BOOTSTRAP_SERVERS, getString(BOOTSTRAP_SERVERS));
        return properties;
    }

    /** The duration that a key names. */
    public Duration duration(String key) {
        return Durations.parse(getString(key));
    }
}
