/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelaySourceConfig.DELAY_HEADER;
import static io.kafkacourier.delay.DelaySourceConfig.DELAY_MAX;
import static io.kafkacourier.delay.DelaySourceConfig.DELIVER_AT_HEADER;
import static io.kafkacourier.delay.DelaySourceConfig.HORIZON;
import static io.kafkacourier.delay.DelaySourceConfig.INVALID_TOPIC;
import static io.kafkacourier.delay.DelaySourceConfig.TARGET_TOPIC;
import static io.kafkacourier.delay.DelaySourceConfig.TARGET_TOPICS_ALLOW;
import static io.kafkacourier.delay.DelaySourceConfig.TARGET_TOPIC_HEADER;
import static io.kafkacourier.delay.DelaySourceConfig.TIERS;
import static io.kafkacourier.delay.DelaySourceConfig.TIERS_PREFIX;
import static io.kafkacourier.delay.DelaySourceConfig.TOPICS;
import static io.kafkacourier.delay.DelaySourceConfig.TOPICS_REGEX;
import static io.kafkacourier.delay.DelaySourceConfig.TOPIC_DELAYS;
import static io.kafkacourier.delay.DelaySourceConfig.TRACE_TOPIC;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.kafka.TierNames;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.ForeignTransforms;
import io.kafkacourier.source.Problems;
import io.kafkacourier.source.SourceRules;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the keys of {@link DelaySourceConnector} ask of each other, beyond what {@link DelaySourceConfig} asks of each. */
final class DelaySourceChecks {

    private final Problems problems;

    private DelaySourceChecks(Problems problems) {
        this.problems = problems;
    }

    /** Everything that is wrong with a connector's configuration. */
    static Problems problems(Map<String, String> properties) {
        Problems problems = new Problems(DelaySourceConfig.DEFINITION, properties);
        new DelaySourceChecks(problems).check();
        return problems;
    }

    private void check() {
        SourceRules.check(problems);
        checkInputs();
        checkTargets();
        checkFixedDelays();
        checkTiers();
        if (usesTiers()) {
            ForeignTransforms.check(problems);
        }
        if (problems.text(DELIVER_AT_HEADER).equals(problems.text(DELAY_HEADER))) {
            problems.add(DELAY_HEADER, "must differ from " + DELIVER_AT_HEADER);
        }
    }

    /** Whether there are tiers: because they are named, or delays are allowed that are longer than what is held in memory. */
    private boolean usesTiers() {
        if (!problems.items(TIERS).isEmpty()) {
            return true;
        }
        return problems.isValid(DELAY_MAX)
                && problems.isValid(HORIZON)
                && Durations.parseMillis(problems.text(DELAY_MAX)) > Durations.parseMillis(problems.text(HORIZON));
    }

    private void checkInputs() {
        List<String> topics = problems.items(TOPICS);
        boolean byName = !topics.isEmpty();
        boolean byPattern = !problems.text(TOPICS_REGEX).isEmpty();
        if (byName && byPattern) {
            problems.add(TOPICS_REGEX, "must be empty where " + TOPICS + " is set");
        } else if (!byName && !byPattern && problems.items(TOPIC_DELAYS).isEmpty()) {
            problems.add(TOPICS, "must name a topic, unless " + TOPICS_REGEX + " or " + TOPIC_DELAYS + " is set");
        }
        for (String topic : topics) {
            String problem = TopicNames.problem(topic);
            if (problem != null) {
                problems.add(TOPICS, "must be legal topic names; one " + problem);
            }
        }
    }

    private void checkTargets() {
        boolean byHeader = !problems.text(TARGET_TOPIC_HEADER).isEmpty();
        String target = problems.text(TARGET_TOPIC);
        if (byHeader && problems.text(TARGET_TOPICS_ALLOW).isEmpty()) {
            problems.add(
                    TARGET_TOPICS_ALLOW,
                    "must be set unless " + TARGET_TOPIC_HEADER
                            + " is empty: the name of the target comes from the message; .* allows all");
        } else if (!byHeader && target.isEmpty()) {
            problems.add(TARGET_TOPIC, "must be set where " + TARGET_TOPIC_HEADER + " is empty");
        }
        if (!target.isEmpty()) {
            checkOutput(TARGET_TOPIC, target);
        }
        if (!problems.text(TRACE_TOPIC).isEmpty()) {
            checkOutput(TRACE_TOPIC, problems.text(TRACE_TOPIC));
        }
        if (problems.isValid(INVALID_TOPIC)) {
            checkOutput(INVALID_TOPIC, problems.text(INVALID_TOPIC));
        }
    }

    private void checkOutput(String key, String topic) {
        String problem = TopicNames.problem(topic);
        if (problem != null) {
            problems.add(key, "must be a legal topic name; it " + problem);
        } else if (TopicNames.isInternal(topic)) {
            problems.add(key, "must not be an internal topic, whose name begins with __");
        } else if (topic.equals(problems.property(SourceRules.OFFSETS_TOPIC))) {
            problems.add(key, "must not be the topic of Connect's offsets (" + SourceRules.OFFSETS_TOPIC + ")");
        } else if (problems.items(TOPICS).contains(topic)
                || problems.items(TOPIC_DELAYS).stream()
                        .anyMatch(item -> FixedDelay.topicOf(item).equals(topic))) {
            problems.add(key, "must not be one of the topics that are read");
        }
    }

    private void checkFixedDelays() {
        Set<String> seen = new HashSet<>();
        for (String item : problems.items(TOPIC_DELAYS)) {
            String problem = seen.add(FixedDelay.topicOf(item))
                    ? fixedDelayProblem(item)
                    : "names a topic that another item names";
            if (problem != null) {
                problems.add(TOPIC_DELAYS, "must be a list of " + FixedDelay.ALLOWED + "; " + item + " " + problem);
            }
        }
    }

    private void checkTiers() {
        for (String tier : problems.items(TIERS)) {
            String problem = tierProblem(tier);
            if (problem != null) {
                problems.add(
                        TIERS,
                        "must be a list of durations in whole seconds, each longer than " + HORIZON + " ("
                                + problems.text(HORIZON) + ") and at most " + Tier.MAX_SECONDS + "s; " + tier + " "
                                + problem);
            }
        }
        TierNames names = TierNames.of(problems.text(TIERS_PREFIX), String.valueOf(problems.property("name")));
        String longest = names.topic(Tier.MAX_SECONDS);
        if (TopicNames.problem(longest) != null) {
            problems.add(
                    TIERS_PREFIX,
                    "must be set, since the connector's name makes no legal name of a topic, or be shorter: " + longest
                            + " " + TopicNames.problem(longest));
        } else if (TopicNames.isInternal(longest)) {
            problems.add(TIERS_PREFIX, "must not begin with __: such topics are internal");
        }
        for (String key : List.of(TOPICS, TOPIC_DELAYS, TARGET_TOPIC, INVALID_TOPIC, TRACE_TOPIC)) {
            for (String topic : topics(key)) {
                if (names.isTier(topic)) {
                    problems.add(key, "must not name a topic that " + TIERS_PREFIX + " makes a tier");
                }
            }
        }
    }

    private @Nullable String tierProblem(String tier) {
        try {
            Duration residence = Durations.parse(tier);
            if (residence.toMillisPart() != 0) {
                return "has a part of a second";
            } else if (residence.toSeconds() > Tier.MAX_SECONDS) {
                return "is longer";
            }
            boolean isTooShort =
                    problems.isValid(HORIZON) && residence.compareTo(Durations.parse(problems.text(HORIZON))) <= 0;
            return isTooShort ? "is not longer than " + HORIZON : null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private List<String> topics(String key) {
        return switch (key) {
            case TOPICS -> problems.items(key);
            case TOPIC_DELAYS ->
                problems.items(key).stream().map(FixedDelay::topicOf).toList();
            default -> List.of(problems.text(key));
        };
    }

    private @Nullable String fixedDelayProblem(String item) {
        try {
            long delayMs = FixedDelay.parse(item).delayMs();
            return problems.isValid(DELAY_MAX) && delayMs > Durations.parseMillis(problems.text(DELAY_MAX))
                    ? "is longer than " + DELAY_MAX + " (" + problems.text(DELAY_MAX) + ")"
                    : null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }
}
