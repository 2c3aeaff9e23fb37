/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The entries in the section "Unreleased" of a changelog. */
final class Changelog {

    private static final String HEADING = "## Unreleased";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** A character that continues a name, so that a match next to it is only part of a longer name. */
    private static final String NAME_CHARACTER = "[A-Za-z0-9_]";

    private final List<String> entries;

    private Changelog(List<String> entries) {
        this.entries = entries;
    }

    /** Reads a changelog in the format of Keep a Changelog. */
    static Changelog parse(String text) {
        List<String> entries = new ArrayList<>();
        text.lines()
                .dropWhile(line -> !line.equals(HEADING))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .forEach(line -> {
                    if (line.startsWith("- ")) {
                        entries.add(line);
                    } else if (!entries.isEmpty()) {
                        entries.add(entries.remove(entries.size() - 1) + " " + line.strip());
                    }
                });
        return new Changelog(entries);
    }

    /** Whether one entry contains all of these words, each in a code span and as a whole name. */
    boolean hasEntryWith(List<String> words) {
        return entries.stream().anyMatch(entry -> words.stream().allMatch(word -> isNamed(word, entry)));
    }

    private static boolean isNamed(String word, String entry) {
        Pattern wholeName = Pattern.compile("(?<!" + NAME_CHARACTER + ")(?<!" + NAME_CHARACTER + "[.-])"
                + Pattern.quote(word) + "(?!" + NAME_CHARACTER + ")(?![.-]" + NAME_CHARACTER + ")");
        return CODE.matcher(entry)
                .results()
                .anyMatch(code -> wholeName.matcher(code.group(1)).find());
    }
}
