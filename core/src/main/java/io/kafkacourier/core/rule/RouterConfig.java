/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.config.Mistakes;
import io.kafkacourier.core.config.TopicName;
import io.kafkacourier.core.config.TopicPattern;
import io.kafkacourier.core.topic.AllowedTopics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of content routing, the same for the transformation and for the producer interceptor. All its
 * mistakes are reported at once. Immutable.
 */
public final class RouterConfig {

    public static final String RULES = "rules";
    public static final String NO_MATCH_BEHAVIOR = "no.match.behavior";
    public static final String NO_MATCH_TOPIC = "no.match.topic";
    public static final String ERROR_BEHAVIOR = "error.behavior";
    public static final String ERROR_TOPIC = "error.topic";
    public static final String TOPICS_ALLOW = "topics.allow";
    public static final String PARTITION_BY = "partition.by";
    public static final String PARTITION_COUNT = "partition.count";
    public static final String TOPICS_CACHE_SIZE = "topics.cache.size";

    /** What happens to records that match no rule. */
    public enum NoMatch {
        /** They keep their topic. */
        PASSTHROUGH,
        /** They go to {@link #NO_MATCH_TOPIC}. */
        ROUTE,
        /** They are dropped. */
        DROP,
        /** They raise an error. */
        FAIL
    }

    /** What happens to records that cannot be routed. */
    public enum OnError {
        /** {@link #ROUTE} on the way into Kafka, {@link #FAIL} on the way out of it. */
        AUTO,
        /** They go to {@link #ERROR_TOPIC}. */
        ROUTE,
        /** They raise an error. */
        FAIL,
        /** They keep their topic. */
        PASSTHROUGH,
        /** They are dropped. */
        DROP
    }

    private static final String RULES_GROUP = "Rules";
    private static final String OTHERS_GROUP = "Records without a rule";
    private static final String TOPICS_GROUP = "Topics and partitions";

    /** Every key but those of the single rules, whose names are the user's. */
    public static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    RULES,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    Importance.HIGH,
                    "The names of the rules, in the order in which they are tried; the first that matches decides. Each"
                            + " has a condition in rules.<name>.when and a topic, or a template of one, in"
                            + " rules.<name>.to. May be left empty only where no.match.behavior is not passthrough.",
                    RULES_GROUP,
                    1,
                    Width.LONG,
                    "Rules")
            .define(
                    NO_MATCH_BEHAVIOR,
                    ConfigDef.Type.STRING,
                    text(NoMatch.PASSTHROUGH),
                    oneOf(NoMatch.values()),
                    Importance.HIGH,
                    "What happens to a record that matches no rule: passthrough leaves it as it is, route sends it to"
                            + " no.match.topic, drop drops it, fail raises a DataException.",
                    OTHERS_GROUP,
                    1,
                    Width.SHORT,
                    "Without match")
            .define(
                    NO_MATCH_TOPIC,
                    ConfigDef.Type.STRING,
                    "",
                    TopicName.emptyAllowed(),
                    Importance.MEDIUM,
                    "Where records go that match no rule; required by no.match.behavior=route.",
                    OTHERS_GROUP,
                    2,
                    Width.MEDIUM,
                    "Topic without match")
            .define(
                    ERROR_BEHAVIOR,
                    ConfigDef.Type.STRING,
                    text(OnError.AUTO),
                    oneOf(OnError.values()),
                    Importance.HIGH,
                    "What happens to a record that cannot be routed, because a template takes a field that is not"
                            + " there, a body is not JSON, or a topic is illegal, internal or not allowed: route sends"
                            + " it to error.topic with the headers __courier.route.reason, .rule and .topic, fail raises"
                            + " a DataException, passthrough leaves it as it is, drop drops it. auto is route for the"
                            + " records of sources and fail for those of sinks, so that the dead letter queue of the"
                            + " sink gets them.",
                    OTHERS_GROUP,
                    3,
                    Width.SHORT,
                    "On error")
            .define(
                    ERROR_TOPIC,
                    ConfigDef.Type.STRING,
                    "invalid_routing",
                    TopicName.required(),
                    Importance.MEDIUM,
                    "Where error.behavior sends records that cannot be routed.",
                    OTHERS_GROUP,
                    4,
                    Width.MEDIUM,
                    "Topic on error")
            .define(
                    TOPICS_ALLOW,
                    ConfigDef.Type.STRING,
                    "",
                    new TopicPattern(),
                    Importance.HIGH,
                    "A regular expression (RE2) that the topic of every rule has to match whole. Required where a"
                            + " rule's topic takes something from the record, because whoever writes the record then"
                            + " names the topic; .* allows every topic that is not internal.",
                    TOPICS_GROUP,
                    1,
                    Width.LONG,
                    "Allowed topics")
            .define(
                    PARTITION_BY,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    Importance.MEDIUM,
                    "What decides the partition of routed records, such as header.tenant_id or value.order.id: the"
                            + " partition is the one that Kafka's default partitioner gives a record with that text as"
                            + " its key. Where a record has none, the producer chooses. Empty: records keep the"
                            + " partition they have.",
                    TOPICS_GROUP,
                    2,
                    Width.MEDIUM,
                    "Partition by")
            .define(
                    PARTITION_COUNT,
                    ConfigDef.Type.INT,
                    null,
                    ConfigDef.LambdaValidator.with(RouterConfig::checkPartitionCount, () -> "empty, or at least 1"),
                    Importance.MEDIUM,
                    "How many partitions the topics have that rules lead to, at least 1; required with partition.by."
                            + " It cannot be looked up: a topic with fewer partitions refuses records, one with more"
                            + " does not use them all.",
                    TOPICS_GROUP,
                    3,
                    Width.SHORT,
                    "Partitions")
            .define(
                    TOPICS_CACHE_SIZE,
                    ConfigDef.Type.INT,
                    1_000,
                    Range.between(0, 1_000_000),
                    Importance.LOW,
                    "How many topics taken from records are remembered as checked, from 0 to 1,000,000. With more"
                            + " topics than that each record costs another check.",
                    TOPICS_GROUP,
                    4,
                    Width.SHORT,
                    "Remembered topics");

    private final Map<String, @Nullable Object> values = new HashMap<>();
    private final Sources sources = new Sources();
    private final NoMatch noMatch;
    private final OnError onError;
    private final AllowedTopics allowed;
    private final List<Rule> rules;
    private final @Nullable Partitioning partitioning;

    /**
     * Reads a configuration, in which keys that are not of routing are left alone.
     *
     * @throws ConfigException naming key, value and what is allowed, of all mistakes
     */
    public RouterConfig(Map<String, ?> properties) {
        Mistakes mistakes = new Mistakes();
        readValues(properties, mistakes);
        noMatch = NoMatch.valueOf(string(NO_MATCH_BEHAVIOR).toUpperCase(Locale.ROOT));
        onError = OnError.valueOf(string(ERROR_BEHAVIOR).toUpperCase(Locale.ROOT));
        allowed = readAllowed();
        rules = new RuleReader(properties, allowed, sources, mistakes).read(ruleNames());
        partitioning = readPartitioning(mistakes);
        checkNoMatch(mistakes);
        mistakes.throwIfAny();
    }

    /** A new router, which is for one thread. */
    public Router router() {
        return new Router(
                rules,
                noMatch == NoMatch.ROUTE ? string(NO_MATCH_TOPIC) : null,
                allowed,
                partitioning,
                integer(TOPICS_CACHE_SIZE),
                sources);
    }

    /** What happens to records that match no rule. */
    public NoMatch noMatch() {
        return noMatch;
    }

    /** What happens to records that cannot be routed. */
    public OnError onError() {
        return onError;
    }

    /** Where {@link OnError#ROUTE} sends records. */
    public String errorTopic() {
        return string(ERROR_TOPIC);
    }

    /** Reads every defined key; a mistaken one counts as not given, so that the others are still looked at. */
    private void readValues(Map<String, ?> properties, Mistakes mistakes) {
        for (ConfigDef.ConfigKey key : DEFINITION.configKeys().values()) {
            values.put(key.name, key.defaultValue);
            if (properties.get(key.name) != null) {
                mistakes.check(() -> {
                    Object value = ConfigDef.parseType(key.name, properties.get(key.name), key.type);
                    if (key.validator != null) {
                        key.validator.ensureValid(key.name, value);
                    }
                    values.put(key.name, value);
                });
            }
        }
    }

    private AllowedTopics readAllowed() {
        String expression = string(TOPICS_ALLOW);
        return expression.isEmpty()
                ? AllowedTopics.any()
                : AllowedTopics.matching(TopicPattern.compile(TOPICS_ALLOW, expression));
    }

    private @Nullable Partitioning readPartitioning(Mistakes mistakes) {
        String by = string(PARTITION_BY);
        if (by.isEmpty()) {
            return null;
        }
        Integer slot = mistakes.collect(() -> Parser.source(PARTITION_BY, by, sources));
        Object count = values.get(PARTITION_COUNT);
        if (count == null) {
            mistakes.add(
                    PARTITION_COUNT,
                    null,
                    "is required with " + PARTITION_BY + "; allowed: how many partitions the topics have, at least 1");
        }
        return slot == null || count == null ? null : new Partitioning(slot, (Integer) count);
    }

    private void checkNoMatch(Mistakes mistakes) {
        if (noMatch == NoMatch.ROUTE && string(NO_MATCH_TOPIC).isEmpty()) {
            mistakes.add(
                    NO_MATCH_TOPIC,
                    "",
                    "is required with " + NO_MATCH_BEHAVIOR + "=route; allowed: " + TopicName.required());
        } else if (noMatch == NoMatch.PASSTHROUGH && ruleNames().isEmpty()) {
            mistakes.add(RULES, "", "names no rule, so that every record would stay as it is; allowed: names of rules");
        }
    }

    private static void checkPartitionCount(String key, @Nullable Object count) {
        if (count != null) {
            Range.atLeast(1).ensureValid(key, count);
        }
    }

    private List<String> ruleNames() {
        return ((List<?>) value(RULES)).stream().map(String.class::cast).toList();
    }

    private String string(String key) {
        return (String) value(key);
    }

    private int integer(String key) {
        return (Integer) value(key);
    }

    private Object value(String key) {
        Object value = values.get(key);
        if (value == null) {
            throw new IllegalStateException(key + " has no value");
        }
        return value;
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static ValidString oneOf(Enum<?>[] values) {
        return ValidString.in(Stream.of(values).map(RouterConfig::text).toArray(String[]::new));
    }
}
