/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One service as a child process. It keeps its data and its ports between starts until {@link #close}. Not safe for use
 * by several threads at once.
 */
public abstract class EmbeddedService implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);
    private static final int LOG_LINES_IN_ERRORS = 40;
    /** Part of each log line of a worker about a request. */
    private static final String ANSWERED = "HTTP/1.1\"";

    private static final int FIRST_PORT = 20_000;
    /** The first port that Linux assigns to connections. */
    private static final int FIRST_PORT_OF_CONNECTIONS = 32_768;
    /** The ports that this JVM has assigned to its services. */
    private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Path log;
    private @Nullable ServiceProcess process;

    /** Creates a service in {@code directory}, which is emptied; its log is {@code <name>.log}. */
    EmbeddedService(String name, Path directory) {
        Directories.delete(directory);
        this.name = name;
        this.log = Directories.create(directory).resolve(name + ".log");
    }

    /** Starts the process without waiting. */
    abstract ServiceProcess spawn(Path log);

    /** Whether the service answers; called repeatedly while it starts. Must not throw if it does not answer. */
    abstract boolean answers();

    /** Starts the service and returns when it is ready. */
    public final void start() {
        launch();
        awaitReady();
    }

    /** Starts the service and returns at once, so that several can start at the same time; see {@link #awaitReady}. */
    public final void launch() {
        if (isRunning()) {
            throw new IllegalStateException(name + " is running already");
        }
        process = spawn(log);
    }

    /**
     * Returns when the service answers.
     *
     * @throws IllegalStateException with the end of the log, if the process ended or does not answer within two minutes
     */
    public final void awaitReady() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers()) {
            if (!isRunning()) {
                throw new IllegalStateException(name + " ended while it started:\n" + logTail());
            } else if (System.nanoTime() > deadline) {
                kill();
                throw new IllegalStateException(name + " did not answer within " + START_LIMIT + ":\n" + logTail());
            }
            pause();
        }
    }

    /** Whether the service was started, and not killed or stopped since. */
    public final boolean isLaunched() {
        return process != null;
    }

    /** Whether the process is alive. */
    public final boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Whether the process is alive and answers. */
    public final boolean isReady() {
        return isRunning() && answers();
    }

    /** Ends the service with SIGKILL; it can be restarted on its data. */
    public final void kill() {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    /** Ends the service with SIGTERM; it can be restarted on its data. */
    public final void stop() {
        if (process != null) {
            process.stop();
            process = null;
        }
    }

    /**
     * Suspends the process (SIGSTOP): its connections stay open and nothing is answered, as after the loss of a
     * network.
     */
    public final void suspend() {
        signal("STOP");
    }

    /** Resumes the process after {@link #suspend}. */
    public final void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        if (process == null) {
            throw new IllegalStateException(name + " is not running");
        }
        process.signal(signal);
    }

    /** Ends the service permanently. Its log stays. */
    @Override
    public void close() {
        kill();
    }

    /** The file with the output of the service. */
    public final Path log() {
        return log;
    }

    /** The last lines of the service's output, for failure messages, without lines about answered requests. */
    public final String logTail() {
        try (Stream<String> all = Files.lines(log)) {
            List<String> lines = all.filter(line -> !line.contains(ANSWERED)).toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_IN_ERRORS), lines.size()));
        } catch (IOException | UncheckedIOException e) {
            return "(its log cannot be read: " + e + ")";
        }
    }

    /** A free port that Linux assigns to no connection while the service starts or is down. */
    public static int freePort() {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_PORT_OF_CONNECTIONS);
        } while (!PORTS.add(port) || !isFree(port));
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code java} that runs this JVM. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Waits for the time between two probes. */
    static void pause() {
        try {
            Thread.sleep(PROBE_INTERVAL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a service", e);
        }
    }
}
