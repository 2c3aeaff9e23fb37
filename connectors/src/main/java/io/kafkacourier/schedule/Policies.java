/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

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
}
