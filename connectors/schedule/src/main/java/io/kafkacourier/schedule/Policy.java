/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/** Tells from a record alone, never from the clock or the cluster, when it is due; what delaying and retrying differ in. */
public interface Policy<R> {

    /**
     * Everything that due times and classes depend on, in one canonical text: two policies with the same text judge
     * every record alike.
     */
    String settings();

    /** The longest wait, in milliseconds, that is spent in memory. */
    long horizonMs();

    /** Judges a record; the same record is always judged the same. */
    Entry<R> judge(R record);
}
