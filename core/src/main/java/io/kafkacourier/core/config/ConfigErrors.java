/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects the errors in a configuration, so that all of them are reported at once. Each is reported once, in the order in
 * which it was added first. For one thread.
 */
public final class ConfigErrors {

    private final Set<ConfigError> errors = new LinkedHashSet<>();

    /**
     * Adds an error.
     *
     * @param value null if the key is not set; no secret
     * @param allowed what is wrong with the value, or what is allowed
     */
    public void add(String key, @Nullable Object value, String allowed) {
        errors.add(ConfigError.of(key, value, allowed));
    }

    /** The result of {@code step}; null if it throws an {@link InvalidConfigurationException}, whose errors are added. */
    public <T> @Nullable T collect(Supplier<@Nullable T> step) {
        try {
            return step.get();
        } catch (InvalidConfigurationException e) {
            errors.addAll(e.errors());
            return null;
        }
    }

    /** As {@link #collect}, for steps without a result. */
    public void check(Runnable step) {
        try {
            step.run();
        } catch (InvalidConfigurationException e) {
            errors.addAll(e.errors());
        }
    }

    /** All errors so far. */
    public List<ConfigError> all() {
        return List.copyOf(errors);
    }

    /**
     * Ends the collection.
     *
     * @throws InvalidConfigurationException with all errors, if there are any
     */
    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new InvalidConfigurationException(all());
        }
    }

    /**
     * As {@link #throwIfAny()}, with an exception of the caller's.
     *
     * @param exception makes an exception of the messages of all errors
     */
    public void throwIfAny(Function<String, ? extends RuntimeException> exception) {
        if (!errors.isEmpty()) {
            throw exception.apply(InvalidConfigurationException.message(all()));
        }
    }
}
