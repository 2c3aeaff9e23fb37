/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

/**
 * Where a message first was.
 *
 * @param topic not empty
 * @param partition {@link #UNKNOWN} where nobody said
 * @param offset {@link #UNKNOWN} where nobody said
 * @param timestampMs epoch ms; {@link #UNKNOWN} where nobody said
 */
public record Origin(String topic, int partition, long offset, long timestampMs) {

    /** What stands for a number that is not known. */
    static final int UNKNOWN = -1;

    public Origin {
        if (topic.isEmpty() || partition < UNKNOWN || offset < UNKNOWN || timestampMs < UNKNOWN) {
            throw new IllegalArgumentException("topic must not be empty, and partition " + partition + ", offset "
                    + offset + " and timestamp " + timestampMs + " not below " + UNKNOWN);
        }
    }
}
