/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;

import io.kafkacourier.core.config.DurationRange;
import io.kafkacourier.core.config.TopicPattern;
import io.kafkacourier.core.header.HeaderNames;
import io.kafkacourier.core.time.Durations;
import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.kafka.InputSelection;
import io.kafkacourier.kafka.OnMissing;
import io.kafkacourier.kafka.TierNames;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.source.CreationGroups;
import io.kafkacourier.source.DeliveryPolicy;
import io.kafkacourier.source.InvalidBehavior;
import io.kafkacourier.source.SourceRules;
import io.kafkacourier.source.TierPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.jspecify.annotations.Nullable;

/** The configuration of {@link DelaySourceConnector}, once {@link DelaySourceChecks} find nothing wrong with it. */
final class DelaySourceConfig extends AbstractConfig {

    static final String BOOTSTRAP_SERVERS = CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
    static final String TOPICS = "topics";
    static final String TOPICS_REGEX = "topics.regex";
    static final String TOPIC_DELAYS = "topic.delays";
    static final String TOPICS_REFRESH_INTERVAL = "topics.refresh.interval";
    static final String ON_MISSING = "on.missing";
    static final String DELIVER_AT_HEADER = "deliver.at.header";
    static final String DELAY_HEADER = "delay.header";
    static final String DELAY_MAX = "delay.max";
    static final String TARGET_TOPIC_HEADER = "target.topic.header";
    static final String TARGET_TOPIC = "target.topic";
    static final String TARGET_TOPICS_ALLOW = "target.topics.allow";
    static final String TIMESTAMP = "timestamp";
    static final String INVALID_BEHAVIOR = "invalid.behavior";
    static final String INVALID_TOPIC = "invalid.topic";
    static final String HORIZON = "horizon";
    static final String BUFFER_MAX_BYTES = "buffer.max.bytes";
    static final String TIERS = "tiers";
    static final String TIERS_PREFIX = "tiers.prefix";
    static final String TIERS_PARTITIONS = "tiers.partitions";
    static final String TIERS_REPLICATION_FACTOR = "tiers.replication.factor";
    static final String TRACE_TOPIC = "trace.topic";

    /** The number of the task, which the connector adds for its metrics. */
    static final String TASK = "courier.task";

    private static final String PRODUCER_PREFIX = "producer.override.";
    /** The defaults of Kafka's producer. */
    private static final long DEFAULT_MAX_REQUEST_SIZE = 1_048_576;

    private static final long DEFAULT_BUFFER_MEMORY = 33_554_432;

    private static final int TRANSFORMS_HEADROOM = 2_048;

    private static final String INPUTS_GROUP = "Inputs";
    private static final String TIMES_GROUP = "Due times";
    private static final String TARGETS_GROUP = "Targets";
    private static final String INVALID_GROUP = "Refused messages";
    private static final String WAITING_GROUP = "Waiting";
    private static final String TRACE_GROUP = "Trace";

    static final ConfigDef DEFINITION = new Definition()
            .group(INPUTS_GROUP)
            .key(
                    BOOTSTRAP_SERVERS,
                    ConfigDef.Type.STRING,
                    NO_DEFAULT_VALUE,
                    new NonEmptyString(),
                    HIGH,
                    "The brokers of the worker's own cluster, as host:port,host:port. Keys with the prefix consumer. and"
                            + " admin. override the settings of the clients that read messages and look at topics. What"
                            + " the latter may not write to, the connector takes for a target that is not allowed.")
            .key(
                    TOPICS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    HIGH,
                    "The topics to read, by name. This or topics.regex is required, unless topic.delays names some. A topic"
                            + " that does not exist yet is read once it does. A partition that was never read is read from"
                            + " its beginning.")
            .key(
                    TOPICS_REGEX,
                    ConfigDef.Type.STRING,
                    "",
                    new TopicPattern(),
                    HIGH,
                    "A regular expression (RE2) that matches the whole names of the topics to read. Internal topics and"
                            + " those this configuration names as outputs are never read. Empty, the default: only topics"
                            + " counts.")
            .key(
                    TOPIC_DELAYS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    MEDIUM,
                    "Topics with a fixed delay, as orders_later=90s,delay_30m; they are read too. A message in such a topic"
                            + " without a delay header is due that long after its timestamp, and waits in the topic, so"
                            + " that the order of a partition is kept through anything; one with a delay header goes by"
                            + " that, once those before it have left. A topic named delay_<n>s, delay_<n>m or delay_<n>h"
                            + " may be listed without a duration, which is then the one of its name. Each is at most"
                            + " delay.max, and shorter than the topic's retention. Empty, the default: none.")
            .key(
                    TOPICS_REFRESH_INTERVAL,
                    ConfigDef.Type.STRING,
                    "1m",
                    DurationRange.atLeast(Duration.ofSeconds(1)),
                    LOW,
                    "How often to look for new topics and partitions, a duration of at least 1s. What is found is dealt to"
                            + " the tasks, which restarts them.")
            .key(
                    ON_MISSING,
                    ConfigDef.Type.STRING,
                    "fail",
                    ValidString.in("fail", "skip"),
                    MEDIUM,
                    "What to do where messages were deleted, by retention or with their topic, before they were delivered:"
                            + " fail stops the task and says which, skip goes on behind them.")
            .group(TIMES_GROUP)
            .key(
                    DELIVER_AT_HEADER,
                    ConfigDef.Type.STRING,
                    HeaderNames.DELIVER_AT,
                    new NonEmptyString(),
                    MEDIUM,
                    "The header that says when a message is due: epoch milliseconds, or RFC 3339. It wins over the header of"
                            + " delay.header. A time in the past means at once.")
            .key(
                    DELAY_HEADER,
                    ConfigDef.Type.STRING,
                    HeaderNames.DELAY,
                    new NonEmptyString(),
                    MEDIUM,
                    "The header that says how long after its timestamp a message is due: " + Durations.ALLOWED + ". A"
                            + " message with neither header, in a topic without a fixed delay, is due at once.")
            .key(
                    DELAY_MAX,
                    ConfigDef.Type.STRING,
                    "30d",
                    DurationRange.atLeast(Duration.ZERO),
                    MEDIUM,
                    "The longest delay that is allowed, a duration counted from a message's timestamp. A message with a"
                            + " longer one is refused as DELAY_TOO_LONG.")
            .key(
                    TIMESTAMP,
                    ConfigDef.Type.STRING,
                    "due",
                    ValidString.in("due", "original"),
                    LOW,
                    "The record timestamp of a delayed message when it is delivered: due is the time it was due, original"
                            + " the one it had, which retention of the target may take for old. A message that was not"
                            + " delayed keeps its own. One that the target would reject is moved to the nearest it takes.")
            .group(TARGETS_GROUP)
            .key(
                    TARGET_TOPIC_HEADER,
                    ConfigDef.Type.STRING,
                    HeaderNames.TARGET_TOPIC,
                    null,
                    MEDIUM,
                    "The header that names the topic a due message goes to. Empty: every message goes to target.topic.")
            .key(
                    TARGET_TOPIC,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    HIGH,
                    "The topic that due messages without the header go to. Empty, the default: they are refused as"
                            + " NO_TARGET. Targets that are missing are created by the connector itself, as"
                            + " topic.creation.* says; without topic.creation.default.* messages to them are refused as"
                            + " TARGET_MISSING.")
            .key(
                    TARGET_TOPICS_ALLOW,
                    ConfigDef.Type.STRING,
                    "",
                    new TopicPattern(),
                    HIGH,
                    "A regular expression (RE2) that matches the whole names of the topics a message may name as its target;"
                            + " .* allows all. A message that names another is refused as TARGET_NOT_ALLOWED, as is one that"
                            + " names an internal topic or an input. Required unless target.topic.header is empty.")
            .group(INVALID_GROUP)
            .key(
                    INVALID_BEHAVIOR,
                    ConfigDef.Type.STRING,
                    "route",
                    ValidString.in("route", "fail", "deliver"),
                    MEDIUM,
                    "What becomes of a message that cannot go where and when it should: route sends it to invalid.topic with"
                            + " the reason in the header __courier.route.reason, fail stops the task, deliver delivers at"
                            + " once where only the time is wrong, and otherwise acts as route.")
            .key(
                    INVALID_TOPIC,
                    ConfigDef.Type.STRING,
                    "invalid_delay",
                    new NonEmptyString(),
                    MEDIUM,
                    "The topic for refused messages. Created with the broker's defaults where it does not exist; must not be"
                            + " compacted.")
            .group(WAITING_GROUP)
            .key(
                    HORIZON,
                    ConfigDef.Type.STRING,
                    "16s",
                    DurationRange.atLeast(Duration.ofSeconds(1)),
                    MEDIUM,
                    "The longest wait that is spent in memory, a duration of at least 1s; longer ones are spent in tier"
                            + " topics. After a restart a task reads again what it had held, so that a longer horizon means"
                            + " a longer restart and more memory, a shorter one more stays in tiers.")
            .key(
                    BUFFER_MAX_BYTES,
                    ConfigDef.Type.LONG,
                    64L * 1024 * 1024,
                    atLeast(1),
                    MEDIUM,
                    "How much a task holds in memory, in bytes, before it pauses reading; nothing is lost then, but messages"
                            + " not yet read may be late. One fetch per partition comes on top.")
            .key(
                    TIERS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    MEDIUM,
                    "How long messages stay in each of the tier topics, as a list of durations in whole seconds, each longer"
                            + " than horizon: name the delays that are used, such as 5m,30m, and each takes one stay. The"
                            + " default ladder is always there beneath the longest. Empty, the default: the default ladder"
                            + " up to delay.max, which doubles from the horizon up to 8192 seconds and goes in steps of"
                            + " four below and above. Tiers that are no longer listed are emptied.")
            .key(
                    TIERS_PREFIX,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    LOW,
                    "What the names of the tier topics begin with; seconds and the letter s follow. No two connectors may"
                            + " share it, and where it changes, what waits in the topics of the old one stays there. Empty,"
                            + " the default: the connector's name and .delay.")
            .key(
                    TIERS_PARTITIONS,
                    ConfigDef.Type.STRING,
                    "",
                    new PartitionCount(),
                    LOW,
                    "How many partitions a tier topic is created with, at least 1. Empty, the default: as many as the tiers"
                            + " there are already, or else as the largest input.")
            .key(
                    TIERS_REPLICATION_FACTOR,
                    ConfigDef.Type.SHORT,
                    (short) -1,
                    new ReplicationFactor(),
                    LOW,
                    "The replication factor a tier topic is created with, at least 1; -1, the default, is the broker's"
                            + " default.")
            .group(TRACE_GROUP)
            .key(
                    TRACE_TOPIC,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    LOW,
                    "The topic for trace events: schedule when a message is held, deliver when it is delivered, each in the"
                            + " transaction of its message. A message without trace headers gets a trace of its own in them."
                            + " Created with the broker's defaults where it does not exist. Empty, the default: no"
                            + " events.")
            .toConfigDef();

    private final CreationGroups creation;

    /** @throws org.apache.kafka.common.config.ConfigException where a key has a value its validator does not accept */
    DelaySourceConfig(Map<String, String> properties) {
        super(DEFINITION, properties);
        creation = new CreationGroups(properties);
    }

    InputSelection inputs() {
        Set<String> names = new HashSet<>(getList(TOPICS));
        names.addAll(fixedDelays().keySet());
        Set<String> outputs =
                Set.copyOf(List.of(invalidTopic(), getString(TARGET_TOPIC), traceTopic(), offsetsTopic()));
        String regex = getString(TOPICS_REGEX);
        return new InputSelection(
                names, regex.isEmpty() ? null : TopicPattern.compile(TOPICS_REGEX, regex), outputs, tierNames());
    }

    TierNames tierNames() {
        return TierNames.of(getString(TIERS_PREFIX), connectorName());
    }

    /** Where waits beyond the horizon are spent. */
    Ladder ladder() {
        long horizonMs = duration(HORIZON).toMillis();
        List<Long> named = getList(TIERS).stream()
                .map(tier -> Durations.parse(tier).toSeconds())
                .toList();
        return named.isEmpty()
                ? Ladder.upTo(duration(DELAY_MAX).toMillis(), horizonMs)
                : Ladder.named(named, horizonMs);
    }

    /** How many partitions a tier is created with; empty where that is not said. */
    OptionalInt tiersPartitions() {
        return PartitionCount.parse(getString(TIERS_PARTITIONS));
    }

    short tiersReplicationFactor() {
        return getShort(TIERS_REPLICATION_FACTOR);
    }

    /** How to judge the messages of a topic, an input or a tier, now and before. */
    Policies<ConsumerRecord<byte[], byte[]>> policies(String topic) {
        return tierNames().isTier(topic)
                ? new TierPolicy(duration(HORIZON).toMillis()).policies()
                : policy(fixedDelays().get(topic)).policies();
    }

    /** Where messages go, from any topic. */
    DeliveryPolicy delivery() {
        return policy(null);
    }

    private DelayPolicy policy(@Nullable Long fixedDelayMs) {
        DelaySettings settings = new DelaySettings(
                duration(HORIZON).toMillis(),
                duration(DELAY_MAX).toMillis(),
                getString(DELIVER_AT_HEADER),
                getString(DELAY_HEADER),
                fixedDelayMs);
        return new DelayPolicy(settings, getString(TARGET_TOPIC_HEADER), getString(TARGET_TOPIC));
    }

    /** Which topics a message may name as its target. */
    AllowedTopics allowedTargets() {
        String pattern = getString(TARGET_TOPICS_ALLOW);
        return pattern.isEmpty()
                ? AllowedTopics.any()
                : AllowedTopics.matching(TopicPattern.compile(TARGET_TOPICS_ALLOW, pattern));
    }

    /**
     * A topic as it is to be created where it is missing; null where it is not. Our own are made with the broker's defaults;
     * tiers are not made here.
     */
    @Nullable
    NewTopic newTopic(String topic) {
        if (topic.equals(invalidTopic()) || topic.equals(traceTopic())) {
            return new NewTopic(topic, Optional.empty(), Optional.empty());
        }
        return tierNames().isTier(topic) ? null : creation.newTopic(topic);
    }

    /** The topics that are the connector's own, and neither an input nor a target. */
    Set<String> reservedTopics() {
        return Set.of(offsetsTopic());
    }

    /** Where Connect keeps the offsets of this connector; empty where with those of others. */
    private String offsetsTopic() {
        return originals().get(SourceRules.OFFSETS_TOPIC) instanceof String topic ? topic : "";
    }

    /** The largest record that the producer sends, in bytes. */
    int maxRequestSize() {
        return (int) Math.min(
                producerSetting(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEFAULT_MAX_REQUEST_SIZE),
                producerSetting(ProducerConfig.BUFFER_MEMORY_CONFIG, DEFAULT_BUFFER_MEMORY));
    }

    private long producerSetting(String key, long absent) {
        Object setting = originals().get(PRODUCER_PREFIX + key);
        return setting == null ? absent : Long.parseLong(setting.toString().strip());
    }

    /** What tracing and the transforms of the connector may add to a record, in bytes: trace headers are twice within it. */
    int transformsHeadroom() {
        boolean isTransformed = originals().get("transforms") instanceof String transforms && !transforms.isBlank();
        return isTransformed || !traceTopic().isEmpty() ? TRANSFORMS_HEADROOM : 0;
    }

    InvalidBehavior invalidBehavior() {
        return InvalidBehavior.valueOf(getString(INVALID_BEHAVIOR).toUpperCase(Locale.ROOT));
    }

    String invalidTopic() {
        return getString(INVALID_TOPIC);
    }

    /** Where trace events go; empty for none. */
    String traceTopic() {
        return getString(TRACE_TOPIC);
    }

    /** Where the connector writes, but for the tiers and what messages name: the topics by the keys that name them. */
    Map<String, String> outputs() {
        Map<String, String> outputs = new LinkedHashMap<>();
        for (String key : List.of(TARGET_TOPIC, INVALID_TOPIC, TRACE_TOPIC)) {
            if (!getString(key).isEmpty()) {
                outputs.put(key, getString(key));
            }
        }
        return outputs;
    }

    /** The key that has an input read. */
    String inputKey(String topic) {
        if (fixedDelays().containsKey(topic)) {
            return TOPIC_DELAYS;
        }
        return getList(TOPICS).contains(topic) ? TOPICS : TOPICS_REGEX;
    }

    /** How long messages stay in an input because of its fixed delay, in milliseconds; 0 where it has none. */
    long fixedDelayMs(String topic) {
        return fixedDelays().getOrDefault(topic, 0L);
    }

    long delayMaxMs() {
        return duration(DELAY_MAX).toMillis();
    }

    /** The name of the connector, which Connect puts into every configuration. */
    String connectorName() {
        return String.valueOf(originals().get("name"));
    }

    /** The consumer group that shows the progress. */
    String progressGroup() {
        return "courier-" + connectorName();
    }

    OnMissing onMissing() {
        return OnMissing.valueOf(getString(ON_MISSING).toUpperCase(Locale.ROOT));
    }

    /** Whether a delayed message is stamped with the time it was due. */
    boolean stampsDueTime() {
        return getString(TIMESTAMP).equals("due");
    }

    long bufferMaxBytes() {
        return getLong(BUFFER_MAX_BYTES);
    }

    Duration topicsRefreshInterval() {
        return duration(TOPICS_REFRESH_INTERVAL);
    }

    /** @param partitions how many partitions the consumer reads */
    Map<String, Object> consumerProperties(String clientId, int partitions) {
        Map<String, Object> properties = client(SourceRules.CONSUMER_PREFIX, clientId);
        SourceRules.completeConsumer(properties, bufferMaxBytes() / Math.max(1, partitions));
        return properties;
    }

    Map<String, Object> adminProperties(String clientId) {
        return client(SourceRules.ADMIN_PREFIX, clientId);
    }

    private Map<String, Object> client(String prefix, String clientId) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        properties.putAll(originalsWithPrefix(prefix));
        properties.put(BOOTSTRAP_SERVERS, getString(BOOTSTRAP_SERVERS));
        return properties;
    }

    private Duration duration(String key) {
        return Durations.parse(getString(key));
    }

    /** The fixed delays in milliseconds, by topic. */
    private Map<String, Long> fixedDelays() {
        Map<String, Long> delays = new LinkedHashMap<>();
        for (String item : getList(TOPIC_DELAYS)) {
            FixedDelay fixed = FixedDelay.parse(item);
            delays.put(fixed.topic(), fixed.delayMs());
        }
        return delays;
    }

    /** Defines keys in the order in which they are to be shown. */
    private static final class Definition {

        private final ConfigDef configDef = new ConfigDef();
        private String group = "";
        private int order;

        Definition group(String name) {
            group = name;
            order = 0;
            return this;
        }

        Definition key(
                String name,
                ConfigDef.Type type,
                Object defaultValue,
                ConfigDef.@Nullable Validator validator,
                ConfigDef.Importance importance,
                String documentation) {
            configDef.define(
                    name, type, defaultValue, validator, importance, documentation, group, ++order, Width.MEDIUM, name);
            return this;
        }

        ConfigDef toConfigDef() {
            return configDef;
        }
    }
}
