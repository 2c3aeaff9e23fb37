/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares the public contract that {@code VERSIONING.md} describes with the snapshot in {@code contract.txt}. A change
 * of the contract needs an entry in {@code CHANGELOG.md}.
 */
class ContractSnapshotTest {

    private static final Path SNAPSHOT = Path.of("src", "test", "resources", "contract.txt");
    private static final Path CHANGELOG = Path.of("..", "CHANGELOG.md");

    private static final Collection<String> CODE = contract();

    @Test
    void theContractIsThatOfTheSnapshot() throws IOException {
        List<String> snapshot = Files.readAllLines(SNAPSHOT);
        ContractChange change = ContractChange.between(snapshot, CODE);
        if (change.isEmpty()) {
            assertThat(snapshot)
                    .as("the lines of contract.txt, sorted and without duplicates")
                    .containsExactlyElementsOf(CODE);
            return;
        }
        Set<String> missing = change.missingIn(Changelog.parse(Files.readString(CHANGELOG)));
        if (!Boolean.getBoolean("contract.update") || !missing.isEmpty()) {
            fail(instructions(change, missing));
        }
        Files.write(SNAPSHOT, CODE);
    }

    @Test
    void everyKindOfFactIsInTheContract() {
        assertThat(CODE)
                .extracting(line -> Fact.parse(line).kind())
                .contains(
                        "artifact",
                        "class",
                        "key",
                        "default",
                        "header",
                        "reason",
                        "metric",
                        "bean",
                        "event",
                        "status",
                        "field",
                        "offset",
                        "topic",
                        "group",
                        "client id");
    }

    private static Collection<String> contract() {
        return List.of(
                        PluginFacts.all(),
                        HeaderFacts.all(),
                        EventFacts.all(),
                        MetricFacts.all(),
                        OffsetFacts.all(),
                        NameFacts.all())
                .stream()
                .flatMap(List::stream)
                .map(Fact::line)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String instructions(ContractChange change, Set<String> missing) {
        StringBuilder text = new StringBuilder();
        text.append("The code changes names, defaults or formats that VERSIONING.md lists as public:\n\n");
        text.append(change.diff()).append("\n");
        text.append("If you did not mean to change the contract, revert the change. If you did:\n\n");
        if (missing.isEmpty()) {
            text.append("  1. CHANGELOG.md already describes all of it under \"Unreleased\".\n");
        } else {
            text.append("  1. Describe it in CHANGELOG.md under \"Unreleased\". No entry contains, in backticks:\n");
            missing.forEach(words -> text.append("       ").append(words).append("\n"));
        }
        text.append("  2. Update the snapshot. This fails while an entry is missing:\n");
        text.append("       mvn -o test -pl dist -am -Dtest=ContractSnapshotTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dcontract.update=true\n");
        text.append("  3. Commit both files together with the change.\n");
        return text.toString();
    }
}
