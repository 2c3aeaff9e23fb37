/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static io.kafkacourier.source.config.SourceConfig.HORIZON;
import static io.kafkacourier.source.config.SourceConfig.TIERS;
import static io.kafkacourier.source.config.SourceConfig.TIERS_PREFIX;
import static io.kafkacourier.source.config.SourceConfig.TOPICS;
import static io.kafkacourier.source.config.SourceConfig.TOPICS_REGEX;
import static java.util.stream.Collectors.joining;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.tier.TierNames;
import io.kafkacourier.source.tier.TierSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checks between keys that all source connectors have. The definition checks each key alone.
 *
 * @param inputs the topics that are read by name, by the keys that name them; {@code topics} among them
 * @param outputs the topics that are written to, by the keys that name them; keys that are not set are left out
 * @param longestWaitKey the key that sets the longest wait
 */
public record SourceChecks(
        CheckedConfig checked, Map<String, List<String>> inputs, Map<String, String> outputs, String longestWaitKey) {

    /** Adds all mistakes to the problems. */
    public void check() {
        SourceRules.check(checked);
        checkInputs();
        outputs.forEach(this::checkOutput);
        checkOffsetsTopic();
        checkTiers();
        if (usesTiers()) {
            ThirdPartyTransforms.check(checked);
        }
    }

    /** Whether there are tiers: either they are named, or waits are allowed that are longer than the horizon. */
    private boolean usesTiers() {
        if (!checked.items(TIERS).isEmpty()) {
            return true;
        }
        return checked.isValid(longestWaitKey)
                && checked.isValid(HORIZON)
                && Durations.parseMillis(checked.text(longestWaitKey)) > Durations.parseMillis(checked.text(HORIZON));
    }

    private void checkInputs() {
        List<String> topics = checked.items(TOPICS);
        boolean byPattern = !checked.text(TOPICS_REGEX).isEmpty();
        if (!topics.isEmpty() && byPattern) {
            checked.addError(TOPICS_REGEX, "must be empty if " + TOPICS + " is set");
        } else if (!byPattern && inputs.values().stream().allMatch(List::isEmpty)) {
            String others = Stream.concat(
                            Stream.of(TOPICS_REGEX), inputs.keySet().stream().filter(key -> !key.equals(TOPICS)))
                    .collect(joining(" or "));
            checked.addError(TOPICS, "must name a topic, unless " + others + " is set");
        }
        for (String topic : topics) {
            String problem = TopicNames.problem(topic);
            if (problem != null) {
                checked.addError(TOPICS, "must be legal topic names; one " + problem);
            }
        }
    }

    private void checkOutput(String key, String topic) {
        String problem = TopicNames.problem(topic);
        if (problem != null) {
            checked.addError(key, "must be a legal topic name; it " + problem);
        } else if (TopicNames.isInternal(topic)) {
            checked.addError(key, "must not be an internal topic, whose name begins with __");
        } else if (topic.equals(checked.property(SourceRules.OFFSETS_TOPIC))) {
            checked.addError(key, "must not be the topic of Connect's offsets (" + SourceRules.OFFSETS_TOPIC + ")");
        } else if (inputs.values().stream().anyMatch(topics -> topics.contains(topic))) {
            checked.addError(key, "must not be one of the topics that are read");
        }
    }

    private void checkOffsetsTopic() {
        String topic = checked.property(SourceRules.OFFSETS_TOPIC);
        if (topic == null) {
            return;
        }
        String problem = TopicNames.problem(topic);
        if (problem != null) {
            checked.addError(SourceRules.OFFSETS_TOPIC, "must be a legal topic name; it " + problem);
        } else if (inputs.values().stream().anyMatch(topics -> topics.contains(topic))) {
            checked.addError(SourceRules.OFFSETS_TOPIC, "must not be one of the topics that are read");
        }
    }

    private void checkTiers() {
        for (String tier : checked.items(TIERS)) {
            String problem = tierProblem(tier);
            if (problem != null) {
                checked.addError(
                        TIERS,
                        "must be a list of durations in whole seconds, each longer than " + HORIZON + " ("
                                + checked.text(HORIZON) + ") and at most " + Tier.MAX_SECONDS + "s; " + tier + " "
                                + problem);
            }
        }
        TierSettings.check(checked);
        TierNames names = TierNames.of(checked.text(TIERS_PREFIX), String.valueOf(checked.property("name")));
        String longest = names.topic(Tier.MAX_SECONDS);
        if (TopicNames.problem(longest) != null) {
            checked.addError(
                    TIERS_PREFIX,
                    "must be set, or be shorter, because the connector's name makes no legal topic name: " + longest
                            + " " + TopicNames.problem(longest));
        } else if (TopicNames.isInternal(longest)) {
            checked.addError(TIERS_PREFIX, "must not begin with __: such topics are internal");
        }
        inputs.forEach((key, topics) -> checkNoTier(names, key, topics));
        outputs.forEach((key, topic) -> checkNoTier(names, key, List.of(topic)));
        String offsets = checked.property(SourceRules.OFFSETS_TOPIC);
        if (offsets != null) {
            checkNoTier(names, SourceRules.OFFSETS_TOPIC, List.of(offsets));
        }
    }

    private void checkNoTier(TierNames names, String key, List<String> topics) {
        for (String topic : topics) {
            if (names.isTier(topic)) {
                checked.addError(key, "must not name a topic that " + TIERS_PREFIX + " makes a tier");
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
                    checked.isValid(HORIZON) && residence.compareTo(Durations.parse(checked.text(HORIZON))) <= 0;
            return isTooShort ? "is not longer than " + HORIZON : null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }
}
