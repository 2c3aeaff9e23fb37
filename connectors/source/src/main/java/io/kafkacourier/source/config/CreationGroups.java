/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;

import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.kafka.config.ConfigDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The settings with which missing topics are created: the keys {@code topic.creation.*} of a connector, read as Connect
 * reads them (KIP-158). The first group that matches a topic applies, or else the default group; without a default group no
 * topic is created.
 */
final class CreationGroups {

    private static final String PREFIX = "topic.creation.";
    private static final String GROUPS = PREFIX + "groups";
    private static final String DEFAULT = "default";
    private static final String INCLUDE = "include";
    private static final String EXCLUDE = "exclude";
    private static final String PARTITIONS = "partitions";
    private static final String REPLICATION_FACTOR = "replication.factor";
    private static final Set<String> OWN_KEYS = Set.of(INCLUDE, EXCLUDE, PARTITIONS, REPLICATION_FACTOR);

    private static final ConfigDef.Validator COUNT = ConfigDef.LambdaValidator.with(
            CreationGroups::checkCount, () -> "at least 1, or -1 for the broker's default");
    private static final ConfigDef.Validator PATTERNS =
            ConfigDef.LambdaValidator.with(CreationGroups::checkPatterns, () -> "regular expressions");

    /** The groups, in the order in which they are tried. */
    private final List<Group> groups;

    private record Group(
            boolean isDefault,
            Predicate<String> includes,
            int partitions,
            short replicationFactor,
            Map<String, String> settings) {

        NewTopic newTopic(String topic) {
            return new NewTopic(topic, Optional.of(partitions), Optional.of(replicationFactor)).configs(settings);
        }
    }

    /** @throws ConfigException if a key has a value that Connect does not accept, or if the default group is incomplete */
    CreationGroups(Map<String, ?> properties) {
        List<String> names = names(properties);
        Map<String, Object> values = definition(names).parse(properties);
        groups = names.stream().map(name -> group(values, properties, name)).toList();
    }

    /** Finds every mistake in the keys. */
    static void check(CheckedConfig checked) {
        checked.checkFurther(definition(names(checked.properties())));
    }

    /** The topic as it should be created; null if it should not be. */
    @Nullable
    NewTopic newTopic(String topic) {
        for (Group group : groups) {
            if (group.includes.test(topic)) {
                return group.newTopic(topic);
            }
        }
        return null;
    }

    /**
     * The topic with the settings of its group, for a topic that is created even without a group; null if only the default
     * group applies.
     */
    @Nullable
    NewTopic ofOwn(String topic) {
        for (Group group : groups) {
            if (!group.isDefault && group.includes.test(topic)) {
                return group.newTopic(topic);
            }
        }
        return null;
    }

    /** The names of the groups, the default one last; none if no key is set. */
    private static List<String> names(Map<String, ?> properties) {
        if (properties.keySet().stream().noneMatch(key -> key.startsWith(PREFIX))) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        if (ConfigDef.parseType(GROUPS, properties.get(GROUPS), ConfigDef.Type.LIST) instanceof List<?> named) {
            named.stream()
                    .map(String::valueOf)
                    .distinct()
                    .filter(name -> !name.equals(DEFAULT))
                    .forEach(names::add);
        }
        names.add(DEFAULT);
        return names;
    }

    private static ConfigDef definition(List<String> names) {
        ConfigDefinition definition = new ConfigDefinition();
        for (String name : names) {
            Object defaultCount = name.equals(DEFAULT) ? ConfigDef.NO_DEFAULT_VALUE : null;
            String prefix = prefix(name);
            definition
                    .key(prefix + INCLUDE, ConfigDef.Type.LIST, List.of(), PATTERNS, LOW, "")
                    .key(prefix + EXCLUDE, ConfigDef.Type.LIST, List.of(), PATTERNS, LOW, "")
                    .key(prefix + PARTITIONS, ConfigDef.Type.INT, defaultCount, COUNT, LOW, "")
                    .key(prefix + REPLICATION_FACTOR, ConfigDef.Type.SHORT, defaultCount, COUNT, LOW, "");
        }
        return definition.toConfigDef();
    }

    private static Group group(Map<String, Object> values, Map<String, ?> properties, String name) {
        return new Group(
                name.equals(DEFAULT),
                name.equals(DEFAULT) ? topic -> true : included(values, name),
                count(values, name, PARTITIONS).intValue(),
                count(values, name, REPLICATION_FACTOR).shortValue(),
                settings(properties, prefix(name)));
    }

    /** The value of the group, or else of the default group. */
    private static Number count(Map<String, Object> values, String name, String key) {
        return (Number) Objects.requireNonNullElseGet(
                values.get(prefix(name) + key), () -> Objects.requireNonNull(values.get(prefix(DEFAULT) + key)));
    }

    /** Uses Java's regular expressions and not RE2's, because Connect reads these keys so. */
    private static Predicate<String> included(Map<String, Object> values, String name) {
        Pattern include = alternatives(values.get(prefix(name) + INCLUDE));
        Pattern exclude = alternatives(values.get(prefix(name) + EXCLUDE));
        return topic ->
                !exclude.matcher(topic).matches() && include.matcher(topic).matches();
    }

    private static Pattern alternatives(@Nullable Object patterns) {
        return Pattern.compile(((List<?>) Objects.requireNonNull(patterns))
                .stream().map(String::valueOf).collect(Collectors.joining("|")));
    }

    private static Map<String, String> settings(Map<String, ?> properties, String prefix) {
        Map<String, String> settings = new HashMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(prefix) && !OWN_KEYS.contains(key.substring(prefix.length()))) {
                settings.put(key.substring(prefix.length()), String.valueOf(value));
            }
        });
        return settings;
    }

    private static void checkCount(String key, @Nullable Object value) {
        if (value instanceof Number count && count.intValue() < 1 && count.intValue() != -1) {
            throw new ConfigException(key, value, "must be at least 1, or -1 for the broker's default");
        }
    }

    private static void checkPatterns(String key, @Nullable Object value) {
        if (value instanceof List<?> patterns) {
            try {
                patterns.forEach(pattern -> Pattern.compile(String.valueOf(pattern)));
            } catch (PatternSyntaxException e) {
                throw new ConfigException(key, value, "must be regular expressions; " + e.getDescription());
            }
        }
    }

    private static String prefix(String name) {
        return PREFIX + name + ".";
    }
}
