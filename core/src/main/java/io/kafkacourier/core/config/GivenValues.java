/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the values of a configuration by their keys, as text or as objects. An invalid value is added to the mistakes
 * and treated as missing, so that all values are checked.
 */
public final class GivenValues {

    private final Map<String, ?> properties;
    private final ConfigErrors errors;

    public GivenValues(Map<String, ?> properties, ConfigErrors errors) {
        this.properties = properties;
        this.errors = errors;
    }

    /** Whether a key has a value, even if it is invalid. */
    public boolean has(String key) {
        return !text(key, "").isEmpty();
    }

    /** A value as text, without outer white space; {@code absent} if there is none. */
    public String text(String key, String absent) {
        Object value = properties.get(key);
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return value == null ? absent : value.toString().strip();
    }

    /** The items between commas; empty if there is no value. */
    public List<String> list(String key) {
        String text = text(key, "");
        return text.isEmpty()
                ? List.of()
                : Stream.of(text.split(",", -1)).map(String::strip).toList();
    }

    /** A whole number from {@code least} to {@code most}; {@code absent} if there is none. */
    public int integer(String key, int absent, int least, int most) {
        String text = text(key, "");
        if (text.isEmpty()) {
            return absent;
        }
        String allowed = "must be a whole number from " + least + " to " + most;
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            allowed = "is not a whole number; it " + allowed;
        }
        errors.add(key, text, allowed);
        return absent;
    }

    /** One of the allowed constants, which are written in lower case. */
    public <E extends Enum<E>> E choice(String key, E absent, List<E> allowed) {
        String text = text(key, "");
        if (text.isEmpty() && properties.get(key) == null) {
            return absent;
        }
        for (E choice : allowed) {
            if (written(choice).equals(text)) {
                return choice;
            }
        }
        errors.add(
                key,
                text,
                "must be one of: " + allowed.stream().map(GivenValues::written).collect(Collectors.joining(", ")));
        return absent;
    }

    /** The form of a constant in a configuration. */
    public static String written(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
