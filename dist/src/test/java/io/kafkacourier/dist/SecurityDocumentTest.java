/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that the allowlist in {@code docs/security.md} has every override of the examples and the documents. */
class SecurityDocumentTest {

    private static final Path PROJECT = Path.of("..");
    private static final Pattern OVERRIDE =
            Pattern.compile("\\b(?:producer|consumer|admin)\\.override\\.([a-z]+(?:\\.[a-z]+)+)");
    private static final Pattern ALLOWLIST =
            Pattern.compile("connector\\.client\\.config\\.override\\.allowlist=((?:.*\\\\\\n)*.*)");

    @Test
    void everyUsedOrRecommendedOverrideIsInTheAllowlist() throws IOException {
        Set<String> overridden = new TreeSet<>();
        for (String place : new String[] {"config-examples", "docs", "README.md"}) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(place))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Matcher found = OVERRIDE.matcher(Files.readString(file));
                    while (found.find()) {
                        overridden.add(found.group(1));
                    }
                }
            }
        }

        assertThat(allowlist()).containsAll(overridden);
        assertThat(overridden).contains("max.in.flight.requests.per.connection", "interceptor.classes");
    }

    private static Set<String> allowlist() throws IOException {
        Matcher list = ALLOWLIST.matcher(Files.readString(PROJECT.resolve("docs/security.md")));
        assertThat(list.find()).isTrue();
        return new TreeSet<>(
                Arrays.asList(list.group(1).replaceAll("[\\\\\\s]", "").split(",", -1)));
    }
}
