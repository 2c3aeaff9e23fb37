/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last failures of a message, at most {@value #MAX_ENTRIES}, as {@code <retries before>,<epoch ms>,<class>;...} from
 * the oldest to the latest. Immutable.
 */
public final class History {

    static final int MAX_ENTRIES = 8;

    public static final History NONE = new History(List.of());

    private static final int MAX_NAME = 200;
    private static final Pattern ENTRY = Pattern.compile("[0-9]{1,10},[0-9]{1,19},[^;,]{0," + MAX_NAME + "}");
    private static final Pattern SEPARATORS = Pattern.compile("[;,\\s]");

    private final List<String> entries;

    private History(List<String> entries) {
        this.entries = entries;
    }

    /** Reads the result of {@link #text}; leaves out invalid and surplus entries. */
    static History parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return NONE;
        }
        return latest(Arrays.stream(text.split(";", -1))
                .filter(entry -> ENTRY.matcher(entry).matches())
                .toList());
    }

    /**
     * This history with a later failure.
     *
     * @param retries how many retries there were before
     * @param failureMs epoch ms
     */
    History plus(int retries, long failureMs, Fault fault) {
        String name = fault.rootClassName() != null ? fault.rootClassName() : fault.className();
        name = name == null ? fault.stage() : name;
        List<String> more = new ArrayList<>(entries);
        more.add(retries + "," + failureMs + "," + shown(name));
        return latest(more);
    }

    /** Whether the latest failure has that class. */
    boolean endsWith(String className) {
        return !entries.isEmpty() && entries.get(entries.size() - 1).endsWith("," + shown(className));
    }

    String text() {
        return entries.stream().collect(joining(";"));
    }

    private static String shown(@Nullable String name) {
        String shown = name == null ? "" : SEPARATORS.matcher(name).replaceAll("_");
        return shown.substring(0, Math.min(MAX_NAME, shown.length()));
    }

    private static History latest(List<String> entries) {
        return new History(List.copyOf(entries.subList(Math.max(0, entries.size() - MAX_ENTRIES), entries.size())));
    }
}
