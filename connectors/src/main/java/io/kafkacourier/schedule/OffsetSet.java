/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A small set of offsets that grows at its upper end and is cut off at its lower one. Immutable. */
public final class OffsetSet {

    /** No offsets. */
    public static final OffsetSet EMPTY = new OffsetSet(new long[0]);

    /** In rising order. */
    private final long[] offsets;

    private @Nullable String text;

    private OffsetSet(long[] offsets) {
        this.offsets = offsets;
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @throws IllegalArgumentException where the text is not that
     */
    public static OffsetSet parse(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        long[] offsets =
                Arrays.stream(text.split(",", -1)).mapToLong(Long::parseLong).toArray();
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] < 0 || (i > 0 && offsets[i] <= offsets[i - 1])) {
                throw new IllegalArgumentException("offsets " + text + " must not be below 0, and must rise");
            }
        }
        return new OffsetSet(offsets);
    }

    public int size() {
        return offsets.length;
    }

    public boolean isEmpty() {
        return offsets.length == 0;
    }

    public boolean contains(long offset) {
        return Arrays.binarySearch(offsets, offset) >= 0;
    }

    /** These and a higher one. */
    OffsetSet plus(long offset) {
        long[] more = Arrays.copyOf(offsets, offsets.length + 1);
        more[offsets.length] = offset;
        return new OffsetSet(more);
    }

    /** Those of them that are not below {@code low}. */
    OffsetSet from(long low) {
        if (isEmpty() || offsets[0] >= low) {
            return this;
        }
        int found = Arrays.binarySearch(offsets, low);
        int first = found < 0 ? -found - 1 : found;
        return first == offsets.length ? EMPTY : new OffsetSet(Arrays.copyOfRange(offsets, first, offsets.length));
    }

    /** {@code 12,15,19}. */
    public String text() {
        if (text == null) {
            text = Arrays.stream(offsets).mapToObj(Long::toString).collect(joining(","));
        }
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OffsetSet set && Arrays.equals(offsets, set.offsets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(offsets);
    }

    @Override
    public String toString() {
        return "[" + text() + "]";
    }
}
