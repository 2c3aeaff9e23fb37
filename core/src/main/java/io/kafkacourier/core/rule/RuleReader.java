/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.config.ConfigErrors;
import io.kafkacourier.core.config.GivenValues;
import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.topic.TopicNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the rules of a configuration, and collects all mistakes in them. */
final class RuleReader {

    private static final String PREFIX = RouterConfig.RULES + ".";

    private final Map<String, ?> properties;
    private final AllowedTopics allowed;
    private final Sources sources;
    private final ConfigErrors errors;

    RuleReader(Map<String, ?> properties, AllowedTopics allowed, Sources sources, ConfigErrors errors) {
        this.properties = properties;
        this.allowed = allowed;
        this.sources = sources;
        this.errors = errors;
    }

    /** Reads the rules with the listed names, in their order, except invalid rules. */
    List<Rule> read(List<String> listed) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : listed) {
            if (name.isEmpty()) {
                errors.add(
                        RouterConfig.RULES,
                        String.join(",", listed),
                        "has a rule without name; allowed: names, separated by commas");
            } else if (!names.add(name)) {
                errors.add(
                        RouterConfig.RULES,
                        String.join(",", listed),
                        "names the rule " + name + " twice; allowed: each name once");
            }
        }
        checkKeys(names);
        List<Rule> rules = new ArrayList<>();
        for (String name : names) {
            Condition when = when(name);
            Template to = to(name);
            if (when != null && to != null) {
                checkReached(name, when, rules);
                rules.add(new Rule(name, when, to));
            }
        }
        return rules;
    }

    private void checkKeys(Set<String> names) {
        Set<String> known = names.stream()
                .flatMap(name -> Stream.of(RouterConfig.whenKey(name), RouterConfig.toKey(name)))
                .collect(Collectors.toSet());
        for (String key : new TreeSet<>(properties.keySet())) {
            if (key.startsWith(PREFIX) && !known.contains(key)) {
                errors.add(
                        key,
                        properties.get(key),
                        "is not known; allowed: " + RouterConfig.whenKey("<name>") + " and "
                                + RouterConfig.toKey("<name>") + ", where <name> is one of " + names);
            }
        }
    }

    private @Nullable Condition when(String name) {
        String key = RouterConfig.whenKey(name);
        String text = text(key, "a condition such as header.type == 'order'");
        return text == null ? null : errors.collect(() -> Parser.condition(key, text, sources));
    }

    private @Nullable Template to(String name) {
        String key = RouterConfig.toKey(name);
        String text = text(key, "a topic such as orders, or a template such as ${header.tenant}.orders");
        Template to = text == null ? null : errors.collect(() -> Parser.template(key, text, sources));
        if (text != null && to != null) {
            if (to.constant() == null) {
                checkTemplate(key, text, to);
            } else {
                checkTopic(key, text);
            }
        }
        return to;
    }

    private @Nullable String text(String key, String what) {
        Object value = properties.get(key);
        String text = value == null ? "" : value.toString().strip();
        if (text.isEmpty()) {
            errors.add(key, value, "is missing; allowed: " + what);
            return null;
        }
        return text;
    }

    private void checkTopic(String key, String topic) {
        String problem = TopicNames.targetProblem(topic);
        if (problem != null) {
            errors.add(key, topic, problem + "; allowed: " + TopicNames.ALLOWED_TARGET);
        } else if (!allowed.matches(topic)) {
            errors.add(key, topic, "is not allowed by " + RouterConfig.TOPICS_ALLOW);
        }
    }

    private void checkTemplate(String key, String text, Template to) {
        if (!new GivenValues(properties, errors).has(RouterConfig.TOPICS_ALLOW)) {
            errors.add(
                    RouterConfig.TOPICS_ALLOW,
                    properties.get(RouterConfig.TOPICS_ALLOW),
                    "is required, because " + key + " takes the topic from the record; allowed: a regular expression"
                            + " (RE2) that matches whole names, such as [a-z]+\\.orders, or .* for every topic");
        }
        for (Template.Part part : to.parts()) {
            String fixed = part instanceof Template.Text own ? own.text() : ((Template.Field) part).absent();
            if (fixed != null && !TopicNames.hasLegalCharacters(fixed)) {
                errors.add(
                        key,
                        text,
                        "has '" + fixed + "'; allowed outside of ${} and as a default: letters, digits, '.', '_', '-'");
            }
        }
    }

    private void checkReached(String name, Condition when, List<Rule> earlier) {
        for (Rule rule : earlier) {
            if (rule.when().covers(when)) {
                errors.add(
                        RouterConfig.whenKey(name),
                        properties.get(RouterConfig.whenKey(name)),
                        "never matches: the rule " + rule.name() + " comes first and matches all its records");
                return;
            }
        }
    }
}
