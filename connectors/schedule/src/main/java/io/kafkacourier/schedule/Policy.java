/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * Decides when a record is due. The decision depends on the record alone, never on the clock or the cluster. This is where
 * delaying and retrying differ.
 *
 * @param <R> a record, as it was read
 * @param <M> a message: a record with what the policy found out about it
 */
public interface Policy<R, M> {

    /**
     * Everything that due times and classes depend on, as one canonical text: two policies with the same text judge every
     * record alike.
     */
    String settings();

    /** The longest wait, in milliseconds, that is spent in memory. */
    long horizonMs();

    /** Judges a record. The same record is always judged the same. */
    Entry<M> judge(R record);
}
