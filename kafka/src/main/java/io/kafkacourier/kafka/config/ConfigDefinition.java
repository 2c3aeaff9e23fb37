/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.jspecify.annotations.Nullable;

/**
 * Builds a ConfigDef. User interfaces and the documentation show groups and keys in the order of their definition. Keys
 * that are defined on the root belong to no group.
 */
public final class ConfigDefinition {

    private final ConfigDef configDef;
    private final Set<String> groups;
    private final @Nullable String group;
    private int order;

    /** A definition without keys. */
    public ConfigDefinition() {
        this(new ConfigDef(), new HashSet<>(), null);
    }

    private ConfigDefinition(ConfigDef configDef, Set<String> groups, @Nullable String group) {
        this.configDef = configDef;
        this.groups = groups;
        this.group = group;
    }

    /**
     * Begins a group. Groups are shown in the order of their first keys.
     *
     * @return a view of the same definition that adds its keys to the group
     * @throws IllegalArgumentException if the group exists already
     */
    public ConfigDefinition group(String name) {
        if (!groups.add(name)) {
            throw new IllegalArgumentException("There is a group " + name + " already");
        }
        return new ConfigDefinition(configDef, groups, name);
    }

    /**
     * Defines a key whose display name is its name.
     *
     * @param defaultValue {@link ConfigDef#NO_DEFAULT_VALUE} if the key is required
     * @param validator null if the type alone decides which values are allowed
     * @throws org.apache.kafka.common.config.ConfigException if the key is defined already, or its default is not valid
     */
    public ConfigDefinition key(
            String name,
            ConfigDef.Type type,
            @Nullable Object defaultValue,
            ConfigDef.@Nullable Validator validator,
            ConfigDef.Importance importance,
            String documentation) {
        Width width = group == null ? Width.NONE : Width.MEDIUM;
        return key(name, type, defaultValue, validator, importance, documentation, width, name);
    }

    /** Like the other method, for a key with another display name. */
    public ConfigDefinition key(
            String name,
            ConfigDef.Type type,
            @Nullable Object defaultValue,
            ConfigDef.@Nullable Validator validator,
            ConfigDef.Importance importance,
            String documentation,
            Width width,
            String displayName) {
        int place = group == null ? -1 : ++order;
        configDef.define(
                name, type, defaultValue, validator, importance, documentation, group, place, width, displayName);
        return this;
    }

    /** Defines keys that another class owns, such as those that several plugins share. */
    public ConfigDefinition keys(Consumer<ConfigDefinition> define) {
        define.accept(this);
        return this;
    }

    /** The finished definition. */
    public ConfigDef toConfigDef() {
        return configDef;
    }
}
