/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A set of offsets that grows at its upper end and can be cut off at both ends. Immutable.
 *
 * <p>Its text is a list of offsets and ranges, {@code 12,15-19}, or, if that is shorter, one bit for each offset from the
 * first on: {@code 12+<base64>}, in which the lowest bit of the first byte is the first offset. The text has at most about
 * 16 KB, as long as no offset is added for which the set is full.
 */
public final class OffsetSet {

    /** No offsets. */
    public static final OffsetSet EMPTY = new OffsetSet(new Ranges(0), 0, 0, 0, -1);

    /** The number of ranges that always fit. */
    static final int MAX_RANGES = 400;

    /** The span from the first offset to the last in which any number of ranges fits. */
    static final int MAX_SPAN = 96 * 1024;

    private static final int BITS_PER_CHARACTER = 6;

    /** Up to so many ranges are always written as a list, which people can read. */
    private static final int MAX_SHORT_LIST = 8;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /**
     * The ranges of several sets, each of which uses a part of them. The end of the last range of a set is stored in the
     * set, so that a set can be made from another one by adding an offset behind it.
     */
    private static final class Ranges {

        private final long[] starts;
        private final long[] ends;
        private int used;

        Ranges(int capacity) {
            this.starts = new long[capacity];
            this.ends = new long[capacity];
        }
    }

    private final Ranges ranges;
    private final int from;
    private final int to;
    private final long first;
    private final long last;

    private @Nullable String text;

    /**
     * @param first the first offset, which may lie within the first range
     * @param last the last offset
     */
    private OffsetSet(Ranges ranges, int from, int to, long first, long last) {
        this.ranges = ranges;
        this.from = from;
        this.to = to;
        this.first = first;
        this.last = last;
    }

    /**
     * Reads what {@link #text} writes.
     *
     * @throws IllegalArgumentException if {@link #text} did not write the text
     */
    public static OffsetSet parse(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        int plus = text.indexOf('+');
        OffsetSet set = plus < 0 ? parseList(text) : parseBits(text, plus);
        if (set.first < 0) {
            throw new IllegalArgumentException("offsets " + text + " must not be below 0");
        }
        return set;
    }

    private static OffsetSet parseList(String text) {
        OffsetSet set = EMPTY;
        for (String item : text.split(",", -1)) {
            int dash = item.indexOf('-', 1);
            long start = Long.parseLong(dash < 0 ? item : item.substring(0, dash));
            long end = dash < 0 ? start : Long.parseLong(item.substring(dash + 1));
            if (end < start || (!set.isEmpty() && start <= set.last)) {
                throw new IllegalArgumentException("offsets " + text + " must not be below 0, and must rise");
            }
            set = set.plus(start, end);
        }
        return set;
    }

    private static OffsetSet parseBits(String text, int plus) {
        long first = Long.parseLong(text.substring(0, plus));
        BitSet bits = BitSet.valueOf(Base64.getUrlDecoder().decode(text.substring(plus + 1)));
        if (!bits.get(0)) {
            throw new IllegalArgumentException("offsets " + text + " must begin with the first");
        }
        OffsetSet set = EMPTY;
        for (int start = 0; start >= 0; ) {
            int end = bits.nextClearBit(start);
            set = set.plus(Math.addExact(first, start), Math.addExact(first, end - 1));
            start = bits.nextSetBit(end);
        }
        return set;
    }

    /** The number of offsets. */
    long size() {
        long size = 0;
        for (int i = from; i < to; i++) {
            size += end(i) - start(i) + 1;
        }
        return size;
    }

    public boolean isEmpty() {
        return from == to;
    }

    /** Whether there is no room for a higher offset. */
    boolean isFullFor(long offset) {
        return to - from >= MAX_RANGES && offset - first >= MAX_SPAN;
    }

    boolean contains(long offset) {
        int index = Arrays.binarySearch(ranges.starts, from, to, offset);
        int range = index < 0 ? -index - 2 : index;
        return range >= from && offset >= first && offset <= end(range);
    }

    /** This set with a higher offset. */
    OffsetSet plus(long offset) {
        return plus(offset, offset);
    }

    private OffsetSet plus(long start, long end) {
        if (!isEmpty() && start == last + 1) {
            return new OffsetSet(ranges, from, to, first, end);
        }
        int count = to - from;
        boolean isShared = ranges.used != to || to == ranges.starts.length;
        Ranges grown = isShared ? copy(Math.max(4, 2 * count)) : ranges;
        int at = isShared ? count : to;
        if (count > 0) {
            grown.ends[at - 1] = last;
        }
        grown.starts[at] = start;
        grown.used = at + 1;
        return new OffsetSet(grown, at - count, at + 1, count == 0 ? start : first, end);
    }

    private Ranges copy(int capacity) {
        Ranges copy = new Ranges(capacity);
        System.arraycopy(ranges.starts, from, copy.starts, 0, to - from);
        System.arraycopy(ranges.ends, from, copy.ends, 0, to - from);
        return copy;
    }

    /** The offsets that are not below {@code low}. */
    OffsetSet from(long low) {
        if (isEmpty() || first >= low) {
            return this;
        } else if (last < low) {
            return EMPTY;
        }
        int index = Arrays.binarySearch(ranges.starts, from, to, low);
        int range = index < 0 ? -index - 2 : index;
        int begin = end(range) < low ? range + 1 : range;
        return new OffsetSet(ranges, begin, to, Math.max(low, ranges.starts[begin]), last);
    }

    /** The offsets that are below {@code end}. */
    OffsetSet below(long end) {
        OffsetSet below = EMPTY;
        for (int i = from; i < to && start(i) < end; i++) {
            below = below.plus(start(i), Math.min(end(i), end - 1));
        }
        return below;
    }

    private long start(int range) {
        return range == from ? first : ranges.starts[range];
    }

    private long end(int range) {
        return range == to - 1 ? last : ranges.ends[range];
    }

    /** {@code 12,15-19}, or {@code 12+<base64>}. */
    public String text() {
        if (text == null) {
            long inBits = (last - first) / BITS_PER_CHARACTER;
            long inList = (long) (to - from) * Long.toString(first).length();
            text = to - from > MAX_SHORT_LIST && inBits < inList ? bits() : list();
        }
        return text;
    }

    private String list() {
        StringBuilder list = new StringBuilder();
        for (int i = from; i < to; i++) {
            list.append(list.isEmpty() ? "" : ",").append(start(i));
            if (end(i) > start(i)) {
                list.append('-').append(end(i));
            }
        }
        return list.toString();
    }

    private String bits() {
        BitSet bits = new BitSet((int) (last - first) + 1);
        for (int i = from; i < to; i++) {
            bits.set((int) (start(i) - first), (int) (end(i) - first) + 1);
        }
        return first + "+" + ENCODER.encodeToString(bits.toByteArray());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OffsetSet set && text().equals(set.text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return "[" + text() + "]";
    }
}
