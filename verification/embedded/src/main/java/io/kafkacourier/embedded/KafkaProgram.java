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

/** How a program of the Kafka distribution is started. */
final class KafkaProgram {

    private static final String LOGGING = "log4j2.properties";

    private KafkaProgram() {}

    /**
     * The command line of a program, which logs to its standard output.
     *
     * @param directory for its logging settings
     */
    static List<String> command(
            Path directory, List<String> jvmOptions, String classPath, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(EmbeddedService.java());
        command.addAll(EmbeddedConnect.START_SCRIPT_OPTIONS);
        command.addAll(jvmOptions);
        command.add("-Djava.awt.headless=true");
        command.add("-Dlog4j2.configurationFile=" + logging(directory));
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path logging(Path directory) {
        Path file = directory.resolve(LOGGING);
        try (InputStream in = KafkaProgram.class.getResourceAsStream(LOGGING)) {
            Files.copy(Objects.requireNonNull(in, LOGGING), file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
