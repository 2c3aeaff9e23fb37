/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a configuration, so that all of it is reported at once. */
public final class Mistakes {

    private final List<InvalidConfigurationException> all = new ArrayList<>();

    /** Notes a mistake: what is wrong with the value of a key, and what is allowed. */
    public void add(String key, @Nullable Object value, String message) {
        all.add(new InvalidConfigurationException(key, value, message));
    }

    /** What {@code step} gives; null where it throws a {@link InvalidConfigurationException}, which is noted. */
    public <T> @Nullable T collect(Supplier<@Nullable T> step) {
        try {
            return step.get();
        } catch (InvalidConfigurationException e) {
            all.add(e);
            return null;
        }
    }

    /** As {@link #collect}, for steps without result. */
    public void check(Runnable step) {
        try {
            step.run();
        } catch (InvalidConfigurationException e) {
            all.add(e);
        }
    }

    /**
     * Ends the collection.
     *
     * @throws InvalidConfigurationException with the messages of all mistakes, unless there are none
     */
    public void throwIfAny() {
        if (all.size() == 1) {
            throw all.get(0);
        } else if (!all.isEmpty()) {
            throw new InvalidConfigurationException(all.stream()
                    .map(InvalidConfigurationException::getMessage)
                    .collect(Collectors.joining("\n", all.size() + " mistakes in the configuration:\n", "")));
        }
    }
}
