/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the quickstart, with the files that users copy. */
class QuickstartIT {

    private static final Path DIRECTORY = Path.of("target", "quickstart-it");
    private static final Path SAMPLE = Path.of("src", "test", "resources", "events.jsonl");

    @Test
    void everyExpectationHoldsForOrdersAndForEventsOfAFile() {
        assertThat(run(new Orders(), "orders")).contains("[ok]").doesNotContain("[FAIL]");
        assertThat(run(new EventsFile(SAMPLE), "events")).contains("[ok]").doesNotContain("[FAIL]");
    }

    @Test
    void aMalformedLineIsReportedWithItsLineNumber(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(
                directory.resolve("bad.jsonl"),
                "{\"event\": \"a\", \"payload\": {}}\n{\"event\": 1, \"payload\": {}}\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EventsFile(file))
                .withMessageContaining("bad.jsonl:2")
                .withMessageContaining("\"payload\"");
    }

    private static String run(Scenario scenario, String name) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (Stack stack = new Stack(DIRECTORY.resolve(name), console)) {
            stack.start();
            new Report(new Run(stack, scenario, console).execute()).print(console);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
