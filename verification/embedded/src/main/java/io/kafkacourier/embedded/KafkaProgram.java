/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Builds command lines for the programs of the Kafka distribution. */
final class KafkaProgram {

    private static final String LOG4J_1 = "log4j.properties";
    private static final String LOG4J_2 = "log4j2.properties";

    private KafkaProgram() {}

    /**
     * The command line of a program, which logs to its standard output.
     *
     * @param directory the directory for its logging settings
     */
    static List<String> command(
            KafkaVersion version,
            Path directory,
            List<String> jvmOptions,
            String classPath,
            String mainClass,
            String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(version.jvm().java());
        command.addAll(EmbeddedConnect.START_SCRIPT_OPTIONS);
        command.addAll(jvmOptions);
        command.add("-Djava.awt.headless=true");
        command.add(
                version.logsWithLog4j1()
                        ? "-Dlog4j.configuration=" + logging(directory, LOG4J_1).toUri()
                        : "-Dlog4j2.configurationFile=" + logging(directory, LOG4J_2));
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path logging(Path directory, String name) {
        Path file = directory.resolve(name);
        try (InputStream in = KafkaProgram.class.getResourceAsStream(name)) {
            Files.copy(Objects.requireNonNull(in, name), file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
