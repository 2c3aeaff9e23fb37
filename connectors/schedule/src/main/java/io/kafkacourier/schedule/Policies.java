/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.function.Function;

/** The policies of one input partition: the current one, and those of earlier progress. */
public interface Policies<R, M> {

    /** The policy for records that were never read. */
    Policy<R, M> current();

    /**
     * The policy with these settings.
     *
     * @throws IllegalArgumentException if the text is not the {@link Policy#settings} of any policy
     */
    Policy<R, M> under(String settings);

    /**
     * Policies that their settings identify.
     *
     * @param earlier the policy with other settings; throws IllegalArgumentException if they cannot be read
     */
    static <R, M> Policies<R, M> of(Policy<R, M> current, Function<String, ? extends Policy<R, M>> earlier) {
        return new Policies<>() {
            @Override
            public Policy<R, M> current() {
                return current;
            }

            @Override
            public Policy<R, M> under(String settings) {
                return earlier.apply(settings);
            }
        };
    }
}
