/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One fact of the public contract. It is one line of the snapshot: {@code kind | owner | name | value}.
 *
 * @param kind the kind of name, such as {@code key} or {@code header}
 * @param owner the plugin or class that it belongs to; empty for the whole bundle
 * @param name the public name, as written in the changelog
 * @param value the promised property of the name, such as a default; empty if only the name is promised
 */
record Fact(String kind, String owner, String name, String value) {

    /** The kind of fact whose value must be in the changelog too. */
    static final String DEFAULT = "default";

    private static final String SEPARATOR = " | ";

    Fact {
        owner = oneLine(owner);
        name = oneLine(name);
        value = oneLine(value);
    }

    /** A fact that promises only the name. */
    static Fact of(String kind, String owner, String name) {
        return new Fact(kind, owner, name, "");
    }

    /**
     * Reads a line of the snapshot.
     *
     * @throws IllegalArgumentException if the line does not have the format of {@link #line}
     */
    static Fact parse(String line) {
        String[] parts = line.split(" \\| ?", 4);
        if (parts.length != 4) {
            throw new IllegalArgumentException("\"" + line + "\" does not have the form kind | owner | name | value");
        }
        return new Fact(parts[0], parts[1], parts[2], parts[3]);
    }

    /** The line of the snapshot. */
    String line() {
        return Stream.of(kind, owner, name, value)
                .collect(Collectors.joining(SEPARATOR))
                .stripTrailing();
    }

    /**
     * The words that an entry of the changelog must contain if this fact is new: the name and, for a default, the
     * value.
     */
    List<String> words() {
        return kind.equals(DEFAULT) && !value.isEmpty() ? List.of(name, value) : List.of(name);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ").replace(" | ", " / ");
    }
}
