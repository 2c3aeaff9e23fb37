/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/** The packaged files of the build. */
final class PackagedFiles {

    private static final Path TARGET = Path.of("target");

    static final Path BUNDLE = packaged("kafka-connect-courier-[0-9]*.jar");
    static final Path CLIENTS = packaged("kafka-connect-courier-clients-[0-9]*.jar");
    static final Path ARCHIVE = packaged("kafka-connect-courier-[0-9]*.zip");

    private PackagedFiles() {}

    private static Path packaged(String pattern) {
        List<Path> found = matching(pattern);
        assertThat(found).as("%s in %s", pattern, TARGET.toAbsolutePath()).hasSize(1);
        return TARGET.resolve(found.get(0));
    }

    /** The names of the packaged files that match a pattern. */
    static List<Path> matching(String pattern) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        try (Stream<Path> files = Files.list(TARGET)) {
            return files.map(Path::getFileName).filter(matcher::matches).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
