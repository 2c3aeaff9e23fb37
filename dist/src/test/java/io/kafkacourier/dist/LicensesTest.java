/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that the bundle may be redistributed: it has the licence and the notices of every library in it. */
class LicensesTest {

    private static final Path LICENSES = Path.of("src", "main", "licenses");
    private static final Path NOTICE = Path.of("..", "NOTICE");

    @Test
    void everyBundledLibraryHasAFolderWithItsLicence() throws IOException {
        try (Stream<Path> folders = Files.list(LICENSES)) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .as("folders of %s, one for each library of the bundle", LICENSES)
                    .containsExactlyInAnyOrderElementsOf(BundledLibraries.jars().keySet());
        }
        for (String library : BundledLibraries.jars().keySet()) {
            try (Stream<Path> files = Files.list(LICENSES.resolve(library))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .as("the licence of %s", library)
                        .anyMatch(name -> name.startsWith("LICENSE"));
            }
        }
    }

    @Test
    void licencesAndNoticesOfALibraryAreCopiedWordForWord() throws IOException {
        for (Map.Entry<String, Path> library : BundledLibraries.jars().entrySet()) {
            for (Map.Entry<String, byte[]> text : legalTexts(library.getValue()).entrySet()) {
                assertThat(LICENSES.resolve(library.getKey()).resolve(text.getKey()))
                        .as("%s of %s", text.getKey(), library.getValue())
                        .hasBinaryContent(text.getValue());
            }
        }
    }

    @Test
    void theNoticeNamesEveryBundledLibrary() {
        assertThat(NOTICE).content(UTF_8).contains(BundledLibraries.jars().keySet());
    }

    @Test
    void theNoticeSaysWhereTheSourceCodeOfEclipseLibrariesIs() throws IOException {
        for (String library : BundledLibraries.jars().keySet()) {
            Path license = LICENSES.resolve(library).resolve("LICENSE.md");
            if (Files.exists(license) && Files.readString(license).contains("Eclipse Public License - v 2.0")) {
                assertThat(NOTICE).content(UTF_8).containsPattern("(?m)^  " + library + " .*Source code: https://");
            }
        }
    }

    /** The licences and notices in {@code META-INF}, by file name. */
    private static Map<String, byte[]> legalTexts(Path jar) throws IOException {
        Map<String, byte[]> texts = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream()
                    .filter(entry -> entry.getName().matches("META-INF/[^/]*(LICENSE|NOTICE)[^/]*"))
                    .collect(Collectors.toList())) {
                texts.put(
                        entry.getName().substring("META-INF/".length()),
                        file.getInputStream(entry).readAllBytes());
            }
        }
        return texts;
    }
}
