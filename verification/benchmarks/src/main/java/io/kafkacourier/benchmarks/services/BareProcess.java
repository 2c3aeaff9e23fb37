/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.services;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.benchmarks.bare.BareProgram;
import io.kafkacourier.benchmarks.bare.ClientSettings;
import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.ServiceFiles;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * {@link BareProgram} in its own JVM, with the jars and options of the worker. It stays warm between commands. It exits
 * with this JVM, because its standard input ends then.
 */
public final class BareProcess implements AutoCloseable {

    private final Path log;
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    /** Starts the process; its log goes into the directory. */
    BareProcess(String bootstrapServers, Path directory) {
        log = Directories.create(directory).resolve("bare.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(EmbeddedConnect.START_SCRIPT_OPTIONS);
        command.addAll(Cluster.WORKER_HEAP);
        command.add("-Dlog4j2.level=WARN");
        command.add("-D" + ClientSettings.COMPRESSION + "="
                + ClientSettings.PRODUCER.get(ProducerConfig.COMPRESSION_TYPE_CONFIG));
        command.add("-cp");
        command.add(ServiceFiles.workerClassPath() + File.pathSeparator + BuiltFiles.classes());
        command.add(BareProgram.class.getName());
        command.add(bootstrapServers);
        try {
            process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commands = process.outputWriter(UTF_8);
        answers = process.inputReader(UTF_8);
    }

    /**
     * Copies messages from one topic to another, with a transaction for each poll, and returns when all are committed.
     *
     * @param startMs when to start reading, epoch ms; a time in the past means at once
     */
    public void copy(String input, String output, int partitions, int tasks, long messages, long startMs) {
        execute("copy", input, output, partitions, tasks, messages, startMs);
    }

    /** Writes messages at an even rate, with a transaction every ten milliseconds, and returns when all are committed. */
    public void produce(String topic, int perSecond, int seconds) {
        execute("produce", topic, perSecond, seconds);
    }

    private void execute(Object... words) {
        try {
            commands.write(Stream.of(words).map(Object::toString).collect(Collectors.joining(" ")));
            commands.newLine();
            commands.flush();
            String answer = answers.readLine();
            if (!BareProgram.DONE.equals(answer)) {
                throw new IllegalStateException("the bare program failed: " + answer + "; see " + log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the bare program failed; see " + log, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
