/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

/**
 * That the log of a partition was truncated, and has other records from an offset on.
 *
 * @param from the lowest such offset
 * @param count how often that has happened to the partition since it is read
 */
public record CutOff(long from, int count) {

    /** This one and another, as one. */
    public CutOff and(CutOff other) {
        return new CutOff(Math.min(from, other.from), Math.max(count, other.count));
    }
}
