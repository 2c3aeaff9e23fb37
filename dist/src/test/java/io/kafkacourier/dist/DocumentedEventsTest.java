/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares the tables of failures in the documents with {@code documented-events.txt}. That file has a line for each
 * row: the page, the first cell of the row, and the tests that provoke the failure or the reason why there is none.
 */
class DocumentedEventsTest {

    private static final Path PROJECT = Path.of("..");
    private static final String NOT_PROVOKED = "not provoked: ";

    /** The tables, by page and by the heading above them. */
    private static final List<Table> TABLES = List.of(
            new Table("delay.md", "## When something happens"),
            new Table("delay.md", "### A target that takes no messages"),
            new Table("retry.md", "## When a message is tried again"),
            new Table("retry.md", "## What to look at"));

    private record Table(String page, String heading) {

        /** The page and the first cell of each row. */
        List<String> rows() throws IOException {
            return Files.readAllLines(PROJECT.resolve("docs").resolve(page)).stream()
                    .dropWhile(line -> !line.equals(heading))
                    .skip(1)
                    .takeWhile(line -> !line.startsWith("#"))
                    .filter(line -> line.startsWith("| "))
                    .skip(1)
                    .map(line -> page + " | " + line.split(" \\| ", 2)[0].substring(2))
                    .toList();
        }
    }

    @Test
    void everyRowHasATestOrAReasonWhyNot() throws IOException {
        List<String> rows = new ArrayList<>();
        for (Table table : TABLES) {
            rows.addAll(table.rows());
        }

        assertThat(lines()).extracting(line -> line.page + " | " + line.cell).containsExactlyElementsOf(rows);
    }

    @Test
    void everyNamedTestExists() throws IOException {
        Map<String, String> sources = testSources();

        assertThat(lines())
                .filteredOn(line -> !line.tests.startsWith(NOT_PROVOKED))
                .allSatisfy(line -> {
                    for (String test : line.tests.split(", ", -1)) {
                        String[] names = test.split("#", -1);
                        assertThat(names).as(test).hasSize(2);
                        String source = sources.getOrDefault(names[0], "");
                        int method = source.indexOf(" void " + names[1] + "(");
                        assertThat(method).as(test).isPositive();
                        assertThat(source.substring(source.lastIndexOf("\n\n", method), method))
                                .as(test)
                                .containsPattern("@(Test|ConcurrentTest|ParameterizedTest|Property)\\b");
                    }
                });
    }

    private record Line(String page, String cell, String tests) {}

    private static List<Line> lines() throws IOException {
        return Files.readAllLines(Path.of("src", "test", "resources", "documented-events.txt")).stream()
                .map(line -> line.split(" \\| ", 3))
                .map(parts -> new Line(parts[0], parts[1], parts[2]))
                .toList();
    }

    /** The test sources of all modules, by class name. */
    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> directories = Files.walk(PROJECT, 2)) {
            for (Path directory : directories
                    .map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        String name = file.getFileName().toString().replace(".java", "");
                        sources.merge(name, Files.readString(file), String::concat);
                    }
                }
            }
        }
        return sources;
    }
}
