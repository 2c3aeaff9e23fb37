/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.function.Function;

/** The policies of one input partition: today's, and those that earlier progress was made under. */
public interface Policies<R> {

    /** The policy for records that were never read. */
    Policy<R> current();

    /**
     * The policy with these settings.
     *
     * @throws IllegalArgumentException where the text is not the {@link Policy#settings} of any policy
     */
    Policy<R> under(String settings);

    /**
     * Policies that are told by their settings.
     *
     * @param earlier the policy with other settings; throws IllegalArgumentException where they cannot be read
     */
    static <R> Policies<R> of(Policy<R> current, Function<String, ? extends Policy<R>> earlier) {
        return new Policies<>() {
            @Override
            public Policy<R> current() {
                return current;
            }

            @Override
            public Policy<R> under(String settings) {
                return earlier.apply(settings);
            }
        };
    }
}
