/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One fact of the public contract, which is one line of the snapshot: {@code kind | owner | name | value}.
 *
 * @param kind what is named, such as {@code key} or {@code header}
 * @param owner who has it; empty if the whole bundle has it
 * @param name the public name, as a changelog would write it
 * @param value what is promised about the name; empty if only the name counts
 */
record Fact(String kind, String owner, String name, String value) {

    /** The kind of fact whose value is worth an entry of its own. */
    static final String DEFAULT = "default";

    private static final String SEPARATOR = " | ";

    Fact {
        owner = oneLine(owner);
        name = oneLine(name);
        value = oneLine(value);
    }

    /** A fact of which only the name counts. */
    static Fact of(String kind, String owner, String name) {
        return new Fact(kind, owner, name, "");
    }

    /**
     * Reads a line of the snapshot.
     *
     * @throws IllegalArgumentException if it is not a line of {@link #line}
     */
    static Fact parse(String line) {
        String[] parts = line.split(" \\| ?", 4);
        if (parts.length != 4) {
            throw new IllegalArgumentException("\"" + line + "\" has not the form kind | owner | name | value");
        }
        return new Fact(parts[0], parts[1], parts[2], parts[3]);
    }

    /** As the snapshot has it. */
    String line() {
        return Stream.of(kind, owner, name, value)
                .collect(Collectors.joining(SEPARATOR))
                .stripTrailing();
    }

    /** What one entry of the changelog has to contain if this fact is new: the name and, of a default, the value. */
    List<String> words() {
        return kind.equals(DEFAULT) && !value.isEmpty() ? List.of(name, value) : List.of(name);
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ").replace(" | ", " / ");
    }
}
