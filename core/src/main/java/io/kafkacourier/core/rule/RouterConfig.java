/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.config.ConfigErrors;
import io.kafkacourier.core.config.GivenValues;
import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.topic.TopicNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of content routing, for the transformation and the producer interceptor. All mistakes are reported
 * at once. Immutable.
 */
public final class RouterConfig {

    public static final String RULES = "rules";
    public static final String NO_MATCH_BEHAVIOR = "no.match.behavior";
    public static final String NO_MATCH_TOPIC = "no.match.topic";
    public static final String ERROR_BEHAVIOR = "error.behavior";
    public static final String ERROR_TOPIC = "error.topic";
    public static final String TOPICS_ALLOW = "topics.allow";
    public static final String TOPICS_ALLOW_INTERNAL = "topics.allow.internal";
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
        /** {@link #ROUTE} for a source, {@link #FAIL} for a sink. */
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

    /** The prefix of the keys in the properties of a producer. */
    public static final String PRODUCER_PREFIX = "courier.routing.";

    /** The default of {@link #NO_MATCH_BEHAVIOR}. */
    public static final NoMatch DEFAULT_NO_MATCH = NoMatch.PASSTHROUGH;
    /** The default of {@link #ERROR_BEHAVIOR}. */
    public static final OnError DEFAULT_ON_ERROR = OnError.AUTO;
    /** The default of {@link #ERROR_BEHAVIOR} if records can neither be dropped nor refused. */
    public static final OnError DEFAULT_ON_ERROR_WITHOUT_REFUSAL = OnError.ROUTE;
    /** The default of {@link #ERROR_TOPIC}. */
    public static final String DEFAULT_ERROR_TOPIC = "invalid_routing";
    /** The default of every key with a topic, an expression or a list, except {@link #ERROR_TOPIC}. */
    public static final String DEFAULT_TEXT = "";
    /** The smallest {@link #PARTITION_COUNT}, which has no default. */
    public static final int MIN_PARTITION_COUNT = 1;
    /** The default of {@link #TOPICS_CACHE_SIZE}. */
    public static final int DEFAULT_CACHE_SIZE = 1_000;
    /** The smallest {@link #TOPICS_CACHE_SIZE}. */
    public static final int MIN_CACHE_SIZE = 0;
    /** The largest {@link #TOPICS_CACHE_SIZE}. */
    public static final int MAX_CACHE_SIZE = 1_000_000;

    private final Sources sources = new Sources();
    private final NoMatch noMatch;
    private final OnError onError;
    private final String noMatchTopic;
    private final String errorTopic;
    private final AllowedTopics allowed;
    private final List<Rule> rules;
    private final @Nullable Partitioning partitioning;
    private final int cacheSize;

    /**
     * Reads a configuration, and ignores keys that do not belong to routing.
     *
     * @throws InvalidConfigurationException with key, value and what is allowed, for every mistake
     */
    public RouterConfig(Map<String, ?> properties) {
        this(properties, List.of(NoMatch.values()), DEFAULT_ON_ERROR, List.of(OnError.values()));
    }

    private RouterConfig(
            Map<String, ?> properties,
            List<NoMatch> noMatchAllowed,
            OnError onErrorAbsent,
            List<OnError> onErrorAllowed) {
        ConfigErrors errors = new ConfigErrors();
        GivenValues values = new GivenValues(properties, errors);
        noMatch = values.choice(NO_MATCH_BEHAVIOR, DEFAULT_NO_MATCH, noMatchAllowed);
        noMatchTopic = topic(values, NO_MATCH_TOPIC, DEFAULT_TEXT, errors);
        onError = values.choice(ERROR_BEHAVIOR, onErrorAbsent, onErrorAllowed);
        errorTopic = topic(values, ERROR_TOPIC, DEFAULT_ERROR_TOPIC, errors);
        allowed = allowed(values, errors);
        cacheSize = values.integer(TOPICS_CACHE_SIZE, DEFAULT_CACHE_SIZE, MIN_CACHE_SIZE, MAX_CACHE_SIZE);
        rules = new RuleReader(properties, allowed, sources, errors).read(values.list(RULES));
        partitioning = partitioning(values, errors);
        checkNoMatch(values, errors);
        errors.throwIfAny();
    }

    /**
     * Reads a configuration for records that can neither be dropped nor refused. Both behaviours can only be
     * passthrough or route, and the default for errors is route.
     *
     * @throws InvalidConfigurationException with key, value and what is allowed, for every mistake
     */
    public static RouterConfig withoutRefusal(Map<String, ?> properties) {
        return new RouterConfig(
                properties,
                List.of(NoMatch.PASSTHROUGH, NoMatch.ROUTE),
                DEFAULT_ON_ERROR_WITHOUT_REFUSAL,
                List.of(OnError.PASSTHROUGH, OnError.ROUTE));
    }

    /** The key of a rule's condition. */
    public static String whenKey(String rule) {
        return RULES + "." + rule + ".when";
    }

    /** The key of a rule's topic. */
    public static String toKey(String rule) {
        return RULES + "." + rule + ".to";
    }

    /** Creates a router, for one thread. */
    public Router router() {
        return new Router(
                rules, noMatch == NoMatch.ROUTE ? noMatchTopic : null, allowed, partitioning, cacheSize, sources);
    }

    /** What happens to records that match no rule. */
    public NoMatch noMatch() {
        return noMatch;
    }

    /** What happens to records that cannot be routed. */
    public OnError onError() {
        return onError;
    }

    /** The topic for {@link OnError#ROUTE}. */
    public String errorTopic() {
        return errorTopic;
    }

    private static String topic(GivenValues values, String key, String absent, ConfigErrors errors) {
        String topic = values.text(key, absent);
        String problem = topic.equals(absent) ? null : TopicNames.targetProblem(topic);
        if (problem != null) {
            errors.add(key, topic, problem + "; allowed: " + TopicNames.ALLOWED_TARGET);
        }
        return topic;
    }

    private static AllowedTopics allowed(GivenValues values, ConfigErrors errors) {
        String expression = values.text(TOPICS_ALLOW, DEFAULT_TEXT);
        try {
            AllowedTopics matching = AllowedTopics.matching(expression);
            return matching.withInternal(internal(values, errors));
        } catch (IllegalArgumentException e) {
            errors.add(TOPICS_ALLOW, expression, String.valueOf(e.getMessage()));
            return AllowedTopics.any();
        }
    }

    private static List<String> internal(GivenValues values, ConfigErrors errors) {
        List<String> names = values.list(TOPICS_ALLOW_INTERNAL);
        for (String name : names) {
            String problem = TopicNames.problem(name);
            if (problem != null) {
                errors.add(
                        TOPICS_ALLOW_INTERNAL,
                        String.join(",", names),
                        "has a name that " + problem + "; allowed: names of topics, separated by commas");
            }
        }
        return names;
    }

    private @Nullable Partitioning partitioning(GivenValues values, ConfigErrors errors) {
        String by = values.text(PARTITION_BY, DEFAULT_TEXT);
        int count = values.integer(PARTITION_COUNT, 0, MIN_PARTITION_COUNT, Integer.MAX_VALUE);
        if (by.isEmpty()) {
            return null;
        }
        Integer slot = errors.collect(() -> Parser.source(PARTITION_BY, by, sources));
        if (!values.has(PARTITION_COUNT)) {
            errors.add(
                    PARTITION_COUNT,
                    null,
                    "is required with " + PARTITION_BY + "; allowed: the number of partitions of the topics, at least "
                            + MIN_PARTITION_COUNT);
        }
        return slot == null || count == 0 ? null : new Partitioning(slot, count);
    }

    private void checkNoMatch(GivenValues values, ConfigErrors errors) {
        if (noMatch == NoMatch.ROUTE && !values.has(NO_MATCH_TOPIC)) {
            errors.add(
                    NO_MATCH_TOPIC,
                    "",
                    "is required with " + NO_MATCH_BEHAVIOR + "=route; allowed: " + TopicNames.ALLOWED_TARGET);
        } else if (noMatch == NoMatch.PASSTHROUGH && !values.has(RULES)) {
            errors.add(RULES, "", "names no rule, so every record would stay as it is; allowed: names of rules");
        }
    }
}
