/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JVM on this machine.
 *
 * @param home its {@code java.home}
 * @param feature the first number of its version, such as 17
 */
public record Jvm(Path home, int feature) {

    private static final Pattern RELEASE = Pattern.compile("(?m)^JAVA_VERSION=\"([0-9]+)");

    /** The JVM that runs this code. */
    public static Jvm current() {
        return new Jvm(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
    }

    /**
     * Finds a JVM with that feature version; empty if there is none. The first of these wins: the property {@code
     * java<feature>.home}, the environment variable {@code JAVA<feature>_HOME}, the current JVM, a JVM installed next
     * to it, and the folders in which Linux distributions, macOS and SDKMAN install JVMs.
     *
     * @throws IllegalStateException if the property or the variable does not name such a JVM
     */
    public static Optional<Jvm> find(int feature) {
        return find(
                feature,
                System.getProperty("java" + feature + ".home", System.getenv("JAVA" + feature + "_HOME")),
                folders());
    }

    /**
     * Finds a JVM with that feature version. If there is none, returns the current JVM, unless the property {@code
     * java<feature>.required} is {@code true}.
     *
     * @throws IllegalStateException if there is none and it is required, or if another version is configured
     */
    static Jvm findOrCurrent(int feature) {
        return orCurrent(feature, find(feature), Boolean.getBoolean("java" + feature + ".required"));
    }

    static Jvm orCurrent(int feature, Optional<Jvm> found, boolean isRequired) {
        if (found.isEmpty() && isRequired) {
            throw new IllegalStateException("There is no Java " + feature + ", which java" + feature
                    + ".required asks for: install one, or name its home with the property java" + feature
                    + ".home or the environment variable JAVA" + feature + "_HOME");
        }
        return found.orElseGet(Jvm::current);
    }

    /** @param folders folders with a subfolder for each JVM; missing folders are ignored */
    static Optional<Jvm> find(int feature, @Nullable String named, List<Path> folders) {
        if (named != null && !named.isBlank()) {
            return Optional.of(at(Path.of(named))
                    .filter(jvm -> jvm.feature == feature)
                    .orElseThrow(() -> new IllegalStateException(named + " is not the home of a Java " + feature)));
        } else if (current().feature == feature) {
            return Optional.of(current());
        }
        return folders.stream()
                .flatMap(Jvm::children)
                .flatMap(home -> Stream.of(home, home.resolve("Contents/Home")))
                .flatMap(home -> at(home).stream())
                .filter(jvm -> jvm.feature == feature)
                .findFirst();
    }

    /** The path of its {@code java}. */
    String java() {
        return home.resolve("bin").resolve("java").toString();
    }

    private static List<Path> folders() {
        return Stream.of(
                        current().home.resolveSibling(""),
                        Path.of("/usr/lib/jvm"),
                        Path.of("/Library/Java/JavaVirtualMachines"),
                        Path.of(System.getProperty("user.home"), ".sdkman/candidates/java"))
                .map(Path::toAbsolutePath)
                .toList();
    }

    private static Stream<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Jvm> at(Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release)
                || !Files.isExecutable(home.resolve("bin").resolve("java"))) {
            return Optional.empty();
        }
        try {
            Matcher version = RELEASE.matcher(Files.readString(release));
            return version.find()
                    ? Optional.of(new Jvm(home, Integer.parseInt(Objects.requireNonNull(version.group(1)))))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
