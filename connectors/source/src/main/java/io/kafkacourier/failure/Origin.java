/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

/**
 * The first position of a message.
 *
 * @param topic not empty
 * @param partition {@link #UNKNOWN} if it is not known
 * @param offset {@link #UNKNOWN} if it is not known
 * @param timestampMs epoch ms; {@link #UNKNOWN} if it is not known
 */
public record Origin(String topic, int partition, long offset, long timestampMs) {

    /** The value of a number that is not known. */
    static final int UNKNOWN = -1;

    public Origin {
        if (topic.isEmpty() || partition < UNKNOWN || offset < UNKNOWN || timestampMs < UNKNOWN) {
            throw new IllegalArgumentException("topic must not be empty, and partition " + partition + ", offset "
                    + offset + " and timestamp " + timestampMs + " not below " + UNKNOWN);
        }
    }
}
