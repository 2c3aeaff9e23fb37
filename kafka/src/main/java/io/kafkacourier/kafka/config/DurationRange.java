/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import io.kafkacourier.core.time.Durations;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Accepts durations of at least {@code least} in the forms of {@link Durations}, for a STRING key. Accepts an empty
 * text only if the key can be empty.
 */
public final class DurationRange implements ConfigDef.Validator {

    private final Duration least;
    private final boolean emptyAllowed;

    private DurationRange(Duration least, boolean emptyAllowed) {
        this.least = least;
        this.emptyAllowed = emptyAllowed;
    }

    /** Accepts durations of at least {@code least}. */
    public static DurationRange atLeast(Duration least) {
        return new DurationRange(least, false);
    }

    /** Accepts an empty text and durations of at least {@code least}. */
    public static DurationRange emptyOrAtLeast(Duration least) {
        return new DurationRange(least, true);
    }

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        String text = value == null ? "" : (String) value;
        if (emptyAllowed && text.isEmpty()) {
            return;
        }
        Duration duration;
        try {
            duration = Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, text, e.getMessage());
        }
        if (duration.compareTo(least) < 0) {
            throw new ConfigException(name, text, "must be " + this);
        }
    }

    @Override
    public String toString() {
        String range = "a duration of at least " + least.toMillis() + "ms: " + Durations.ALLOWED;
        return emptyAllowed ? "empty, or " + range : range;
    }
}
