/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A child process in a separate process group, with its output in a file.
 *
 * <p>It never outlives this JVM, however the JVM ends. Every child has a watchdog, a shell that reads from a pipe which
 * the JVM holds open and never writes to. When the pipe closes, the watchdog kills the child's whole group and deletes
 * its scratch directory. The watchdog ignores the signals of a terminal and has a separate process group, so that
 * neither Ctrl-C nor a kill of the JVM's group ends it too early.
 */
final class ServiceProcess {

    private static final String WATCHDOG = """
            trap '' INT TERM HUP
            read -r nothing
            kill -s KILL -- "-$1" 2> /dev/null || kill -s KILL "$1" 2> /dev/null
            shift
            rm -rf -- "$@"
            """;

    private final Process process;
    private final Process watchdog;

    private ServiceProcess(Process process, Process watchdog) {
        this.process = process;
        this.watchdog = watchdog;
    }

    /**
     * Starts {@code command} in {@code directory}, and appends its output to {@code log}.
     *
     * @param scratch directories to delete when this JVM has ended
     */
    static ServiceProcess start(
            List<String> command, Map<String, String> environment, Path directory, Path log, Path... scratch) {
        ProcessBuilder builder = new ProcessBuilder(inOwnGroup(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            List<String> watch =
                    new ArrayList<>(List.of("sh", "-c", WATCHDOG, "watchdog", Long.toString(process.pid())));
            Stream.of(scratch).map(Path::toString).forEach(watch::add);
            Process watchdog = new ProcessBuilder(inOwnGroup(watch))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            return new ServiceProcess(process, watchdog);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
    }

    private static List<String> inOwnGroup(List<String> command) {
        List<String> inOwnGroup = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            inOwnGroup.add("/usr/bin/setsid");
        }
        inOwnGroup.addAll(command);
        return inOwnGroup;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal such as {@code STOP} to the process. */
    void signal(String signal) {
        run("sh", "-c", "kill -s \"$1\" \"$2\"", "signal", signal, Long.toString(process.pid()));
    }

    /** Ends the process and its descendants with SIGKILL, and returns when they are gone. */
    void kill() {
        // descendants first, because their parent reaps them, and a parent that only waits for them then ends by itself
        List<ProcessHandle> descendants = process.descendants().toList();
        descendants.forEach(ProcessHandle::destroyForcibly);
        if (descendants.isEmpty() || !exitsWithin(5)) {
            process.destroyForcibly();
        }
        if (!exitsWithin(30)) {
            throw new IllegalStateException("process " + process.pid() + " survived SIGKILL");
        }
        dismissWatchdog();
    }

    /** Asks the process to end with SIGTERM, waits for it, and kills it after half a minute. */
    void stop() {
        process.destroy();
        if (exitsWithin(30)) {
            dismissWatchdog();
        } else {
            kill();
        }
    }

    private boolean exitsWithin(long seconds) {
        try {
            return process.waitFor(seconds, SECONDS);
        } catch (InterruptedException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for process " + process.pid(), e);
        }
    }

    /** Waits until the process ends by itself. */
    int awaitExit() {
        if (!exitsWithin(120)) {
            kill();
            throw new IllegalStateException("process " + process.pid() + " did not end within two minutes");
        }
        dismissWatchdog();
        return process.exitValue();
    }

    private void dismissWatchdog() {
        watchdog.destroyForcibly();
    }

    /**
     * Runs a program to its end.
     *
     * @throws IllegalStateException with its output, if it fails
     */
    static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + " ended with status " + status + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
