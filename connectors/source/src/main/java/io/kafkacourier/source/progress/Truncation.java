/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

/**
 * The log of a partition was truncated, and has other records from an offset on.
 *
 * @param from the lowest such offset
 * @param count how often that has happened since the task began to read the partition
 */
public record Truncation(long from, int count) {

    /** This truncation and another one of the same partition, as one. */
    public Truncation and(Truncation other) {
        return new Truncation(Math.min(from, other.from), Math.max(count, other.count));
    }
}
