/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The headers of a failed record that describe failures, in their order. */
final class FailureHeaders {

    private static final int LONGEST_NUMBER = 8;

    private final Map<String, List<byte @Nullable []>> values = new HashMap<>();
    /** The place of the last header of each name. */
    private final Map<String, Integer> places = new HashMap<>();

    private final Set<Writer> writers = new LinkedHashSet<>();
    private final Map<Writer, Integer> lastOfWriter = new EnumMap<>(Writer.class);

    FailureHeaders(Headers headers) {
        int place = 0;
        for (Header header : headers) {
            String name = header.key();
            Writer writer = Writer.of(name);
            if (writer != null || name.startsWith(HeaderNames.PREFIX)) {
                values.computeIfAbsent(name, n -> new ArrayList<>(1)).add(header.value());
                places.put(name, place);
            }
            if (writer != null) {
                writers.add(writer);
                lastOfWriter.put(writer, place);
            }
            place++;
        }
    }

    /** All writers, in the order of their first headers. */
    Set<Writer> writers() {
        return writers;
    }

    /** The writer of the last header; null if there is none. */
    @Nullable
    Writer latest() {
        return latestBehind(-1);
    }

    /**
     * The last writer behind the last header of a name, or the last writer of all if there is no such header; null if there
     * is none.
     */
    @Nullable
    Writer latestBehind(String name) {
        return latestBehind(place(name));
    }

    private @Nullable Writer latestBehind(int after) {
        Writer latest = null;
        int place = after;
        for (Map.Entry<Writer, Integer> last : lastOfWriter.entrySet()) {
            if (last.getValue() > place) {
                place = last.getValue();
                latest = last.getKey();
            }
        }
        return latest;
    }

    /** The place of the last header of a name; -1 if there is none. */
    int place(String name) {
        return places.getOrDefault(name, -1);
    }

    /** The text of the first header of a name; null if there is none that can be read. */
    @Nullable
    String first(String name) {
        List<byte @Nullable []> all = values.get(name);
        return all == null ? null : text(all.get(0));
    }

    /** The text of the last header of a name; null if there is none that can be read. */
    @Nullable
    String last(String name) {
        List<byte @Nullable []> all = values.get(name);
        return all == null ? null : text(all.get(all.size() - 1));
    }

    /** The first header of a name as a decimal number; -1 if there is none, or if it is negative. */
    long firstNumber(String name) {
        return number(first(name));
    }

    /** The last header of a name as a decimal number; -1 if there is none, or if it is negative. */
    long lastNumber(String name) {
        return number(last(name));
    }

    /** The first header of a name as a big-endian number of 1 to 8 bytes; -1 if there is none, or if it is negative. */
    long firstBinary(String name) {
        List<byte @Nullable []> all = values.get(name);
        return all == null ? Origin.UNKNOWN : binary(all.get(0));
    }

    /** The last header of a name as a big-endian number of 1 to 8 bytes; -1 if there is none, or if it is negative. */
    long lastBinary(String name) {
        List<byte @Nullable []> all = values.get(name);
        return all == null ? Origin.UNKNOWN : binary(all.get(all.size() - 1));
    }

    private static @Nullable String text(byte @Nullable [] value) {
        String text = HeaderText.decode(value);
        return text.equals(HeaderText.UNREADABLE) ? null : text;
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? Origin.UNKNOWN : Math.max(Origin.UNKNOWN, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Origin.UNKNOWN;
        }
    }

    private static long binary(byte @Nullable [] value) {
        boolean isNumber = value != null && value.length > 0 && value.length <= LONGEST_NUMBER;
        return isNumber ? Math.max(Origin.UNKNOWN, new BigInteger(value).longValue()) : Origin.UNKNOWN;
    }
}
