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

/** The configuration of a source connector, once {@link SourceChecks} and the connector's own find nothing wrong with it. */
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

    /** The number of the task, which the connector adds for its metrics. */
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

    /** The clients read those themselves; here they would only fill the log, a hundred lines each time. */
    private static ConfigDef withoutKeysOfKafka(ConfigDef definition) {
        ConfigDef own = new ConfigDef();
        definition.configKeys().values().stream()
                .filter(key -> !ClientSecurity.isSecurity(key.name))
                .forEach(own::define);
        return own;
    }

    /** What the connector is. */
    public SourceKind kind() {
        return kind;
    }

    /** Which topics are created with which settings if they are missing ({@code topic.creation.*}). */
    CreationGroups creation() {
        return creation;
    }

    /** Settings with which a topic takes every record that the producer sends, so that none loses its value there. */
    public Map<String, String> takingAll() {
        return Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(Math.max(TargetTopic.Present.WITH_DEFAULTS.maxMessageBytes(), maxRequestSize())));
    }

    /**
     * A topic of the connector's own with the settings that it is to have, unless a group of {@code topic.creation.*} that
     * includes it says otherwise: what that sets wins, and so do its partitions and replicas.
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

    /** A topic as a group of {@code topic.creation.*} says; null if none includes it. */
    public @Nullable NewTopic created(String topic) {
        return creation.newTopic(topic);
    }

    /** A topic with as many partitions and replicas as the broker gives it. */
    public static NewTopic withDefaults(String topic) {
        return new NewTopic(topic, Optional.empty(), Optional.empty());
    }

    /** The outputs that some keys name, by key; keys that are empty are left out. */
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
     * Where waits beyond the horizon are spent.
     *
     * @param longestMs the longest wait, in milliseconds
     */
    public Ladder ladder(long longestMs) {
        List<Long> named = getList(TIERS).stream()
                .map(tier -> Durations.parse(tier).toSeconds())
                .toList();
        return named.isEmpty() ? Ladder.upTo(longestMs, horizonMs()) : Ladder.named(named, horizonMs());
    }

    /** How many partitions a tier is created with; empty where that is not said. */
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

    /** Which topics a message may name as its target. */
    public AllowedTopics allowedTargets() {
        String pattern = getString(TARGET_TOPICS_ALLOW);
        AllowedTopics matching = pattern.isEmpty()
                ? AllowedTopics.any()
                : AllowedTopics.matching(TopicPattern.compile(TARGET_TOPICS_ALLOW, pattern));
        return matching.withInternal(getList(TOPICS_ALLOW_INTERNAL));
    }

    /** The topic in which Connect keeps the offsets of this connector alone; empty if it shares that of the workers. */
    public Optional<String> offsetsTopic() {
        return Optional.ofNullable(originals().get(SourceRules.OFFSETS_TOPIC)).map(Object::toString);
    }

    /** The largest record that the producer sends, in bytes; where it is stated, its buffer is taken to hold that much. */
    public int maxRequestSize() {
        Integer stated = getInt(MAX_REQUEST_SIZE);
        return (int) Math.min(
                stated == null
                        ? producerSetting(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_MAX_REQUEST_SIZE)
                        : stated,
                producerSetting(
                        ProducerConfig.BUFFER_MEMORY_CONFIG, stated == null ? DEFAULT_BUFFER_MEMORY : Long.MAX_VALUE));
    }

    /** What the producer compresses with, as far as the connector says. */
    Codec codec() {
        Map<String, String> settings = new HashMap<>();
        originalsWithPrefix(SourceRules.PRODUCER_PREFIX)
                .forEach((key, value) -> settings.put(key, String.valueOf(value)));
        return Codec.ofProducer(settings);
    }

    /**
     * Whether the producer waits for the replicas that are in sync, so that a topic with too few of them takes nothing: Connect
     * has it do so unless the connector says otherwise.
     */
    public boolean awaitsReplicas() {
        Object acks = originals().get(SourceRules.PRODUCER_PREFIX + ProducerConfig.ACKS_CONFIG);
        return acks == null || Set.of("all", "-1").contains(acks.toString().strip());
    }

    /** After how long the cluster gives up a transaction of the producer, as far as the connector says. */
    public Duration transactionTimeout() {
        return Duration.ofMillis(
                producerSetting(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, DEFAULT_TRANSACTION_TIMEOUT_MS));
    }

    private long producerSetting(String key, long absent) {
        Object setting = originals().get(SourceRules.PRODUCER_PREFIX + key);
        return setting == null ? absent : Long.parseLong(setting.toString().strip());
    }

    /** What tracing and the transforms of the connector may add to a record, in bytes: trace headers are twice within it. */
    int transformsHeadroom() {
        boolean isTransformed = originals().get("transforms") instanceof String transforms && !transforms.isBlank();
        return isTransformed || !traceTopic().isEmpty() ? TRANSFORMS_HEADROOM : 0;
    }

    /** Fits what is sent into topics. */
    public Fitting fitting() {
        return new Fitting(maxRequestSize(), codec(), transformsHeadroom());
    }

    /** Where trace events go; empty for none. */
    public String traceTopic() {
        return getString(TRACE_TOPIC);
    }

    /** What trace events reveal of messages. */
    public EventPrivacy privacy() {
        return EventPrivacyOptions.read(this, "");
    }

    /** Which trace headers are left to the application. */
    public HeaderPolicy traceHeaders() {
        return HeaderPolicy.of(TraceHeaderOptions.TRACEPARENT_DEFAULT, getString(TRACE_ID_HEADER));
    }

    /** The name of the connector, which Connect puts into every configuration. */
    public String connectorName() {
        return String.valueOf(originals().get("name"));
    }

    /** The consumer group that shows the progress. */
    public String progressGroup() {
        return "courier-" + connectorName();
    }

    /** What the client ids of the connector begin with. */
    public String clientId() {
        return "courier-" + kind.text() + "-" + connectorName();
    }

    public OnMissing onMissing() {
        return OnMissing.valueOf(getString(ON_MISSING).toUpperCase(Locale.ROOT));
    }

    /** Whether a delayed message is stamped with the time it was due. */
    public boolean stampsDueTime() {
        return getString(TIMESTAMP).equals("due");
    }

    /** How much a task keeps in memory, in bytes, before it pauses reading. */
    public long bufferMaxBytes() {
        return getLong(BUFFER_MAX_BYTES);
    }

    /** How many bytes a batch has at most, but for the last of its records. */
    public long batchMaxBytes() {
        return getLong(BATCH_MAX_BYTES);
    }

    public Duration topicsRefreshInterval() {
        return duration(TOPICS_REFRESH_INTERVAL);
    }

    /**
     * What the consumer is made of.
     *
     * @param partitions how many partitions it reads
     */
    public Map<String, Object> consumerProperties(String clientId, int partitions) {
        Map<String, Object> properties = client(SourceRules.CONSUMER_PREFIX, clientId);
        SourceRules.completeConsumer(properties, bufferMaxBytes(), Intake.fetchBytes(bufferMaxBytes(), partitions));
        return properties;
    }

    /** What the admin client is made of. */
    public Map<String, Object> adminProperties(String clientId) {
        return client(SourceRules.ADMIN_PREFIX, clientId);
    }

    /** How the consumer presents itself to the cluster. */
    public ClientSecurity consumerSecurity() {
        return new ClientSecurity("consumer", client(SourceRules.CONSUMER_PREFIX, ""));
    }

    /** How the admin client presents itself to the cluster. */
    public ClientSecurity adminSecurity() {
        return new ClientSecurity("admin client", client(SourceRules.ADMIN_PREFIX, ""));
    }

    /** The consumer, and whom the cluster takes it for: for messages. */
    public String consumerIdentity() {
        return consumerSecurity().who();
    }

    /** The admin client, and whom the cluster takes it for: for messages. */
    public String adminIdentity() {
        return adminSecurity().who();
    }

    /** What an admin client is made of that is to the cluster what the consumer is. */
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
