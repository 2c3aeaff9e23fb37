/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.jspecify.annotations.Nullable;

/** Defines the options of one group in the order in which they are shown. */
public final class OptionGroup {

    private final ConfigDef def;
    private final String name;
    private int order;

    public OptionGroup(ConfigDef def, String name) {
        this.def = def;
        this.name = name;
    }

    /** Defines a key without a default. */
    public void required(
            String key,
            ConfigDef.Type type,
            ConfigDef.Validator validator,
            ConfigDef.Importance importance,
            String documentation) {
        key(key, type, ConfigDef.NO_DEFAULT_VALUE, validator, importance, documentation);
    }

    /** Defines a key with a default. */
    public void key(
            String key,
            ConfigDef.Type type,
            Object defaultValue,
            ConfigDef.@Nullable Validator validator,
            ConfigDef.Importance importance,
            String documentation) {
        def.define(key, type, defaultValue, validator, importance, documentation, name, ++order, Width.MEDIUM, key);
    }
}
