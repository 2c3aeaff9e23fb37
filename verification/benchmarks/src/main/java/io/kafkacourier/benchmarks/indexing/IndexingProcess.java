/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@link IndexingProgram} as a child process. It stays warm from round to round and exits when this JVM exits. */
final class IndexingProcess implements AutoCloseable {

    static final List<String> JVM_OPTIONS = List.of("-Xms1g", "-Xmx1g");

    /** The time that one round took, in seconds. */
    record Effort(double elapsed, double cpu) {}

    private static final double NANOS = 1e9;

    private final Contender contender;
    private final Path log;
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    IndexingProcess(Contender contender, Workload workload, Path directory) {
        this.contender = contender;
        log = directory.resolve(contender.name() + ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                IndexingProgram.class.getName(),
                contender.name(),
                workload.server().toString(),
                workload.time().toString()));
        try {
            process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commands = process.outputWriter(UTF_8);
        answers = process.inputReader(UTF_8);
    }

    Contender contender() {
        return contender;
    }

    /** Indexes all events. */
    Effort run() {
        try {
            commands.newLine();
            commands.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException(contender.title() + " failed; see " + log);
            }
            List<String> nanos = List.of(answer.split(" ", -1));
            return new Effort(Long.parseLong(nanos.get(0)) / NANOS, Long.parseLong(nanos.get(1)) / NANOS);
        } catch (IOException e) {
            throw new UncheckedIOException(contender.title() + " failed; see " + log, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
