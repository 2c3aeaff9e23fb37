/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The difference between the snapshot of the contract and the code.
 *
 * @param removed lines that only the snapshot has
 * @param added lines that only the code has
 */
record ContractChange(Set<String> removed, Set<String> added) {

    /** The change that turns the snapshot into the contract of the code. */
    static ContractChange between(Collection<String> snapshot, Collection<String> code) {
        Set<String> removed = new TreeSet<>(snapshot);
        removed.removeAll(code);
        Set<String> added = new TreeSet<>(code);
        added.removeAll(snapshot);
        return new ContractChange(removed, added);
    }

    boolean isEmpty() {
        return removed.isEmpty() && added.isEmpty();
    }

    /** The entries that the changelog still lacks for this change, one text each. */
    Set<String> missingIn(Changelog changelog) {
        Set<List<String>> missing = words();
        missing.removeIf(changelog::hasEntryWith);
        return missing.stream()
                .filter(words ->
                        missing.stream().noneMatch(more -> more.size() > words.size() && more.containsAll(words)))
                .map(words -> words.stream()
                        .map(word -> "`" + word + "`")
                        .collect(Collectors.joining(" with its new default ")))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The change as a diff. */
    String diff() {
        List<String> lines = new ArrayList<>();
        removed.forEach(line -> lines.add("- " + line));
        added.forEach(line -> lines.add("+ " + line));
        lines.sort((one, other) -> one.substring(2).compareTo(other.substring(2)));
        return lines.stream().collect(Collectors.joining("\n  ", "  ", "\n"));
    }

    private Set<List<String>> words() {
        Set<List<String>> words = new LinkedHashSet<>();
        added.forEach(line -> words.add(Fact.parse(line).words()));
        removed.forEach(line -> words.add(List.of(Fact.parse(line).name())));
        return words;
    }
}
