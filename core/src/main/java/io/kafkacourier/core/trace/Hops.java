/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * Adds one node to the header {@code trace_hops}: {@code v1,<total>;<kind>,<node>,<epoch ms>;...}. The header keeps the
 * first node and the last 7. Immutable; safe for use by several threads.
 */
public final class Hops {

    /** The kinds of nodes. */
    public enum Kind {
        PRODUCE('p'),
        CONNECT('k'),
        SINK('s');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    private static final String VERSION = "v1,";
    private static final int LAST_KEPT = 7;
    private static final int MAX_NODE = 64;
    /** The largest number of digits of a total: enough for every message, and far from an overflow. */
    private static final int TOTAL = 8;
    /** The largest number of digits of a time. */
    private static final int EPOCH_MS = 18;

    private final String hop;

    /**
     * @param node the node's name, of which the first 64 characters are used. Each character other than letters, digits
     *     and {@code . _ - : / @ # +} is replaced by {@code _}, so that no converter changes the form of the header
     */
    public Hops(Kind kind, String node) {
        this.hop = kind.letter + "," + plain(node) + ",";
    }

    /**
     * Returns the header with this node at its end.
     *
     * @param earlier the header so far; null if none. A malformed header is replaced by a new one
     */
    public String append(@Nullable CharSequence earlier, long nowMs) {
        int start = earlier == null ? -1 : hopsStart(earlier);
        if (earlier == null || start < 0) {
            return first(nowMs);
        }
        int count = 0;
        int firstEnd = start;
        for (int hopStart = start, hopEnd; hopStart <= earlier.length(); hopStart = hopEnd + 1) {
            hopEnd = hopEnd(earlier, hopStart);
            if (hopEnd < 0) {
                return first(nowMs);
            }
            firstEnd = count == 0 ? hopEnd : firstEnd;
            count++;
        }
        int total = Math.max(Integer.parseInt(earlier, VERSION.length(), start - 1, 10), count) + 1;
        StringBuilder hops = new StringBuilder(earlier.length() + hop.length() + EPOCH_MS)
                .append(VERSION)
                .append(total)
                .append(';');
        if (count <= LAST_KEPT) {
            hops.append(earlier, start, earlier.length());
        } else {
            hops.append(earlier, start, firstEnd).append(earlier, lastHops(earlier), earlier.length());
        }
        return hops.append(';').append(hop).append(nowMs).toString();
    }

    /** The beginning of the last hops to keep next to this one, with the semicolon before them. */
    private static int lastHops(CharSequence text) {
        int start = text.length();
        for (int kept = 1; kept < LAST_KEPT; kept++) {
            start--;
            while (text.charAt(start) != ';') {
                start--;
            }
        }
        return start;
    }

    private String first(long nowMs) {
        return VERSION + "1;" + hop + nowMs;
    }

    /** The beginning of the first hop, after version and total; -1 if these are malformed. */
    private static int hopsStart(CharSequence text) {
        boolean version = isAt(text, 0, 'v') && isAt(text, 1, '1') && isAt(text, 2, ',');
        int totalEnd = version ? numberEnd(text, VERSION.length(), TOTAL) : -1;
        return totalEnd > 0 && isAt(text, totalEnd, ';') ? totalEnd + 1 : -1;
    }

    /** The end of the hop at {@code start}, before the semicolon or at the end of the text; -1 if it is malformed. */
    private static int hopEnd(CharSequence text, int start) {
        if (start + 1 >= text.length() || !Character.isLetter(text.charAt(start)) || !isAt(text, start + 1, ',')) {
            return -1;
        }
        int nodeEnd = start + 2;
        while (nodeEnd < text.length() && text.charAt(nodeEnd) != ',' && text.charAt(nodeEnd) != ';') {
            nodeEnd++;
        }
        int end = isAt(text, nodeEnd, ',') ? numberEnd(text, nodeEnd + 1, EPOCH_MS) : -1;
        return end == text.length() || (end > 0 && isAt(text, end, ';')) ? end : -1;
    }

    /** The end of the digits at {@code start}; -1 if there are none or more than {@code max}. */
    private static int numberEnd(CharSequence text, int start, int max) {
        int end = start;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end == start || end - start > max ? -1 : end;
    }

    private static boolean isAt(CharSequence text, int at, char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private static String plain(String node) {
        int length = Math.min(node.length(), MAX_NODE);
        StringBuilder plain = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = node.charAt(i);
            plain.append(isPlain(c) ? c : '_');
        }
        return plain.toString();
    }

    private static boolean isPlain(char c) {
        return Character.isLetterOrDigit(c) || "._-:/@#+".indexOf(c) >= 0;
    }
}
