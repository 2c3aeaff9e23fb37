/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.HeaderPolicy;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.config.EventPrivacyOptions;
import io.kafkacourier.kafka.config.TopicPattern;
import io.kafkacourier.kafka.config.TraceHeaderOptions;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** The configuration of a source connector, once {@link SourceChecks} and the connector's own find nothing wrong with it. */
public abstract class SourceConfig extends AbstractConfig {

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
    static final String TASK = "courier.task";

    /** The defaults of Kafka's producer. */
    private static final long DEFAULT_MAX_REQUEST_SIZE = 1_048_576;

    private static final long DEFAULT_BUFFER_MEMORY = 33_554_432;

    private static final long DEFAULT_TRANSACTION_TIMEOUT_MS = 60_000;

    private static final int TRANSFORMS_HEADROOM = 2_048;

    private final CreationGroups creation;

    /** @throws org.apache.kafka.common.config.ConfigException where a key has a value its validator does not accept */
    protected SourceConfig(ConfigDef definition, Map<String, String> properties) {
        super(withoutKeysOfKafka(definition), properties);
        creation = new CreationGroups(properties);
    }

    /** The clients read those themselves; here they would only fill the log, a hundred lines each time. */
    private static ConfigDef withoutKeysOfKafka(ConfigDef definition) {
        ConfigDef own = new ConfigDef();
        definition.configKeys().values().stream()
                .filter(key -> !ClientSecurity.isSecurity(key.name))
                .forEach(own::define);
        return own;
    }

    /** What the connector does, in one word that names its clients and metrics. */
    public abstract String kind();

    /** The key that says how long a message waits at most. */
    protected abstract String longestWaitKey();

    /** How to judge the messages of an input, now and before. */
    protected abstract Policies<ConsumerRecord<byte[], byte[]>, Outgoing> inputPolicies(String topic);

    /** Makes the messages of records that come from a tier. */
    protected abstract FromTier fromTier();

    /** What becomes of a message that cannot go where and when it should. */
    protected abstract InvalidBehavior invalidBehavior();

    /** The key that names the topic of refused messages. */
    protected abstract String refusedTopicKey();

    /** The key that names the topic of messages that are due, which may be missing. */
    protected abstract String targetKey();

    /** The topics that are read by name. */
    protected Set<String> namedInputs() {
        return Set.copyOf(getList(TOPICS));
    }

    /** The key that has an input read. */
    protected String inputKey(String topic) {
        return getList(TOPICS).contains(topic) ? TOPICS : TOPICS_REGEX;
    }

    /** How long messages stay in an input, in milliseconds; 0 where they need not. */
    protected long stayMs(String input) {
        return 0;
    }

    /** Whether the clock of the broker has to stamp what comes in, so that waits can be counted from there. */
    protected boolean countsFromAppend() {
        return false;
    }

    /** What trace events call a message that is delivered. */
    protected EventType delivered() {
        return EventType.DELIVER;
    }

    /** What trace events call a message that is refused; null where they do not tell of it. */
    protected @Nullable EventType refused() {
        return null;
    }

    /** Which metrics there are. */
    protected SourceMetric.Of metrics() {
        return SourceMetric.Of.DELAY;
    }

    /** How many tasks share the work at most. */
    protected int mostTasks() {
        return Integer.MAX_VALUE;
    }

    /** Whether messages wait in topics. */
    protected boolean hasTiers() {
        return true;
    }

    /** How many attempts are counted one by one; 0 where there are none. */
    protected int countedAttempts() {
        return 0;
    }

    /**
     * The topics that are made when the connector starts, where they are missing.
     *
     * @param partitions the most that an input has; empty where there is no input yet
     */
    protected List<NewTopic> ownTopics(OptionalInt partitions) {
        List<NewTopic> topics = new ArrayList<>();
        for (String topic : List.of(refusedTopic(), traceTopic())) {
            if (!topic.isEmpty()) {
                topics.add(Objects.requireNonNull(newTopic(topic)));
            }
        }
        return topics;
    }

    /**
     * A topic as it is to be created where it is missing; null where it is not. Our own are made with the broker's defaults;
     * tiers are not made here.
     */
    public @Nullable NewTopic newTopic(String topic) {
        if (topic.equals(refusedTopic())) {
            return withDefaults(topic).configs(takingAll());
        } else if (topic.equals(traceTopic())) {
            return withDefaults(topic);
        }
        return tierNames().isTier(topic) ? null : creation.newTopic(topic);
    }

    /** Settings with which a topic takes every record that the producer sends, so that none loses its value there. */
    protected final Map<String, String> takingAll() {
        return Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(Math.max(TargetTopic.Present.WITH_DEFAULTS.maxMessageBytes(), maxRequestSize())));
    }

    /** A topic with as many partitions and replicas as the broker gives it. */
    protected static NewTopic withDefaults(String topic) {
        return new NewTopic(topic, Optional.empty(), Optional.empty());
    }

    /**
     * A topic of the connector's own with the settings that it is to have, unless a group of {@code topic.creation.*} that
     * includes it says otherwise: what that sets wins, and so do its partitions and replicas.
     */
    protected final NewTopic withSettings(String topic, Map<String, String> settings) {
        NewTopic asked = creation.ofOwn(topic);
        if (asked == null) {
            return withDefaults(topic).configs(settings);
        }
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(asked.configs());
        return asked.configs(all);
    }

    /** Which topics are read. */
    public final InputSelection inputs() {
        Set<String> outputs = new HashSet<>(outputs().values());
        outputs.addAll(reservedTopics());
        String regex = getString(TOPICS_REGEX);
        return new InputSelection(
                namedInputs(),
                regex.isEmpty() ? null : TopicPattern.compile(TOPICS_REGEX, regex),
                outputs,
                tierNames());
    }

    /** Names the tiers. */
    public final TierNames tierNames() {
        return TierNames.of(getString(TIERS_PREFIX), connectorName());
    }

    /** Where waits beyond the horizon are spent. */
    final Ladder ladder() {
        if (!hasTiers()) {
            return Ladder.none();
        }
        long horizonMs = duration(HORIZON).toMillis();
        List<Long> named = getList(TIERS).stream()
                .map(tier -> Durations.parse(tier).toSeconds())
                .toList();
        return named.isEmpty() ? Ladder.upTo(longestWaitMs(), horizonMs) : Ladder.named(named, horizonMs);
    }

    /** How many partitions a tier is created with; empty where that is not said. */
    final OptionalInt tiersPartitions() {
        return PartitionCount.parse(getString(TIERS_PARTITIONS));
    }

    final short tiersReplicationFactor() {
        return getShort(TIERS_REPLICATION_FACTOR);
    }

    /** The settings that a tier is created with. */
    final TierSettings tierSettings() {
        return TierSettings.of(originals());
    }

    /** How to judge the messages of a topic, an input or a tier, now and before. */
    public final Policies<ConsumerRecord<byte[], byte[]>, Outgoing> policies(String topic) {
        return tierNames().isTier(topic)
                ? new TierPolicy(duration(HORIZON).toMillis(), fromTier()).policies()
                : inputPolicies(topic);
    }

    /** Which topics a message may name as its target. */
    protected final AllowedTopics allowedTargets() {
        String pattern = getString(TARGET_TOPICS_ALLOW);
        AllowedTopics matching = pattern.isEmpty()
                ? AllowedTopics.any()
                : AllowedTopics.matching(TopicPattern.compile(TARGET_TOPICS_ALLOW, pattern));
        return matching.withInternal(getList(TOPICS_ALLOW_INTERNAL));
    }

    /** The topics that are the connector's own, and neither an input nor a target. */
    protected Set<String> reservedTopics() {
        return offsetsTopic().map(Set::of).orElse(Set.of());
    }

    /** The topic in which Connect keeps the offsets of this connector alone; empty if it shares that of the workers. */
    final Optional<String> offsetsTopic() {
        return Optional.ofNullable(originals().get(SourceRules.OFFSETS_TOPIC)).map(Object::toString);
    }

    /** The largest record that the producer sends, in bytes; where it is stated, its buffer is taken to hold that much. */
    public final int maxRequestSize() {
        Integer stated = getInt(MAX_REQUEST_SIZE);
        return (int) Math.min(
                stated == null
                        ? producerSetting(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_MAX_REQUEST_SIZE)
                        : stated,
                producerSetting(
                        ProducerConfig.BUFFER_MEMORY_CONFIG, stated == null ? DEFAULT_BUFFER_MEMORY : Long.MAX_VALUE));
    }

    /** What the producer compresses with, as far as the connector says. */
    final Codec codec() {
        Map<String, String> settings = new HashMap<>();
        originalsWithPrefix(SourceRules.PRODUCER_PREFIX)
                .forEach((key, value) -> settings.put(key, String.valueOf(value)));
        return Codec.ofProducer(settings);
    }

    /**
     * Whether the producer waits for the replicas that are in sync, so that a topic with too few of them takes nothing: Connect
     * has it do so unless the connector says otherwise.
     */
    public final boolean awaitsReplicas() {
        Object acks = originals().get(SourceRules.PRODUCER_PREFIX + ProducerConfig.ACKS_CONFIG);
        return acks == null || Set.of("all", "-1").contains(acks.toString().strip());
    }

    /** After how long the cluster gives up a transaction of the producer, as far as the connector says. */
    public final Duration transactionTimeout() {
        return Duration.ofMillis(
                producerSetting(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, DEFAULT_TRANSACTION_TIMEOUT_MS));
    }

    private long producerSetting(String key, long absent) {
        Object setting = originals().get(SourceRules.PRODUCER_PREFIX + key);
        return setting == null ? absent : Long.parseLong(setting.toString().strip());
    }

    /** What tracing and the transforms of the connector may add to a record, in bytes: trace headers are twice within it. */
    final int transformsHeadroom() {
        boolean isTransformed = originals().get("transforms") instanceof String transforms && !transforms.isBlank();
        return isTransformed || !traceTopic().isEmpty() ? TRANSFORMS_HEADROOM : 0;
    }

    /** Fits what is sent into topics. */
    public final Fitting fitting() {
        return new Fitting(maxRequestSize(), codec(), transformsHeadroom());
    }

    /** Where refused messages go. */
    protected final String refusedTopic() {
        return getString(refusedTopicKey());
    }

    /** Where trace events go; empty for none. */
    protected final String traceTopic() {
        return getString(TRACE_TOPIC);
    }

    /** What trace events reveal of messages. */
    final EventPrivacy privacy() {
        return EventPrivacyOptions.read(this, "");
    }

    /** Which trace headers are left to the application. */
    final HeaderPolicy traceHeaders() {
        return HeaderPolicy.of(TraceHeaderOptions.TRACEPARENT_DEFAULT, getString(TRACE_ID_HEADER));
    }

    /** Where the connector writes, but for the tiers and what messages name: the topics by the keys that name them. */
    protected Map<String, String> outputs() {
        Map<String, String> outputs = new LinkedHashMap<>();
        for (String key : List.of(targetKey(), refusedTopicKey(), TRACE_TOPIC)) {
            if (!getString(key).isEmpty()) {
                outputs.put(key, getString(key));
            }
        }
        return outputs;
    }

    /** How long a message waits at most, in milliseconds. */
    protected final long longestWaitMs() {
        return duration(longestWaitKey()).toMillis();
    }

    /** The name of the connector, which Connect puts into every configuration. */
    protected final String connectorName() {
        return String.valueOf(originals().get("name"));
    }

    /** The consumer group that shows the progress. */
    public final String progressGroup() {
        return "courier-" + connectorName();
    }

    /** What the client ids of the connector begin with. */
    protected final String clientId() {
        return "courier-" + kind() + "-" + connectorName();
    }

    public final OnMissing onMissing() {
        return OnMissing.valueOf(getString(ON_MISSING).toUpperCase(Locale.ROOT));
    }

    /** Whether a delayed message is stamped with the time it was due. */
    final boolean stampsDueTime() {
        return getString(TIMESTAMP).equals("due");
    }

    /** How much a task keeps in memory, in bytes, before it pauses reading. */
    public final long bufferMaxBytes() {
        return getLong(BUFFER_MAX_BYTES);
    }

    /** How many bytes a batch has at most, but for the last of its records. */
    public final long batchMaxBytes() {
        return getLong(BATCH_MAX_BYTES);
    }

    final Duration topicsRefreshInterval() {
        return duration(TOPICS_REFRESH_INTERVAL);
    }

    /**
     * What the consumer is made of.
     *
     * @param partitions how many partitions it reads
     */
    public final Map<String, Object> consumerProperties(String clientId, int partitions) {
        Map<String, Object> properties = client(SourceRules.CONSUMER_PREFIX, clientId);
        SourceRules.completeConsumer(properties, bufferMaxBytes(), Intake.fetchBytes(bufferMaxBytes(), partitions));
        return properties;
    }

    /** What the admin client is made of. */
    public final Map<String, Object> adminProperties(String clientId) {
        return client(SourceRules.ADMIN_PREFIX, clientId);
    }

    /** How the consumer presents itself to the cluster. */
    final ClientSecurity consumerSecurity() {
        return new ClientSecurity("consumer", client(SourceRules.CONSUMER_PREFIX, ""));
    }

    /** How the admin client presents itself to the cluster. */
    final ClientSecurity adminSecurity() {
        return new ClientSecurity("admin client", client(SourceRules.ADMIN_PREFIX, ""));
    }

    /** The consumer, and whom the cluster takes it for: for messages. */
    public final String consumerIdentity() {
        return consumerSecurity().who();
    }

    /** The admin client, and whom the cluster takes it for: for messages. */
    public final String adminIdentity() {
        return adminSecurity().who();
    }

    /** What an admin client is made of that is to the cluster what the consumer is. */
    final Map<String, Object> consumerAdminProperties(String clientId) {
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
    protected final Duration duration(String key) {
        return Durations.parse(getString(key));
    }
}
