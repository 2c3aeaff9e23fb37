/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class path that the build packages into the bundle. */
final class BundledLibraries {

    private static final Path CLASS_PATH = Path.of("target", "bundled.classpath");

    private BundledLibraries() {}

    /**
     * The jars of third-party libraries, by artifact id. The artifact id comes from the path in the Maven repository,
     * {@code <artifact id>/<version>}.
     */
    static Map<String, Path> jars() {
        return classPath()
                .filter(path -> !isOwn(path))
                .collect(Collectors.toMap(
                        jar -> jar.getParent().getParent().getFileName().toString(),
                        jar -> jar,
                        (one, other) -> {
                            throw new IllegalStateException("two libraries of one name: " + one + ", " + other);
                        },
                        TreeMap::new));
    }

    /** Our own modules: jars, or class folders if they are not packaged yet. */
    static Stream<Path> ownModules() {
        return classPath().filter(BundledLibraries::isOwn);
    }

    private static boolean isOwn(Path path) {
        return path.endsWith("classes") || path.getFileName().toString().startsWith("kafka-connect-courier-");
    }

    private static Stream<Path> classPath() {
        try {
            return Stream.of(Files.readString(CLASS_PATH).strip().split(Pattern.quote(File.pathSeparator)))
                    .map(Path::of);
        } catch (IOException e) {
            throw new UncheckedIOException("run the build, which writes " + CLASS_PATH, e);
        }
    }
}
