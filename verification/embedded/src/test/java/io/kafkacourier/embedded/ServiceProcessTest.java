/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {

    /** A process that starts another one, as Elasticsearch's launcher does, and prints the ids of both. */
    private static final List<String> FAMILY = List.of("sh", "-c", "sleep 300 & echo $! $$; wait");

    @TempDir
    Path directory;

    @Test
    void killEndsTheProcessAndItsDescendants() throws Exception {
        Path log = directory.resolve("log");
        ServiceProcess process = ServiceProcess.start(FAMILY, Map.of(), directory, log);
        List<ProcessHandle> family = awaitFamily(log);

        process.kill();

        assertThat(process.isAlive()).isFalse();
        for (ProcessHandle member : family) {
            member.onExit().get(10, SECONDS);
        }
    }

    @Test
    void nothingOutlivesAKilledJvmAndItsScratchIsGone() throws Exception {
        Process jvm = startJvm(List.of());
        List<ProcessHandle> family = awaitFamily(directory.resolve("log"));

        jvm.destroyForcibly().waitFor();

        assertIsGone(family);
    }

    /** When a build tool or a CI server gives up, it kills the whole process group of the JVM. */
    @Test
    void nothingOutlivesAJvmThatIsKilledWithItsProcessGroup() throws Exception {
        Path setsid = Path.of("/usr/bin/setsid");
        assumeTrue(Files.isExecutable(setsid));
        Process jvm = startJvm(List.of(setsid.toString()));
        List<ProcessHandle> family = awaitFamily(directory.resolve("log"));

        ServiceProcess.run("kill", "-s", "KILL", "--", "-" + jvm.pid());

        assertIsGone(family);
    }

    private Process startJvm(List<String> launcher) throws Exception {
        Files.createFile(Files.createDirectory(directory.resolve("scratch")).resolve("file"));
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                EmbeddedService.java(),
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                directory.toString(),
                directory.resolve("scratch").toString()));
        Process jvm =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        try (BufferedReader out = jvm.inputReader()) {
            assertThat(out.readLine()).isEqualTo("started");
        }
        return jvm;
    }

    private void assertIsGone(List<ProcessHandle> family) throws Exception {
        for (ProcessHandle member : family) {
            member.onExit().get(10, SECONDS);
        }
        await().untilAsserted(() -> assertThat(directory.resolve("scratch")).doesNotExist());
    }

    private static List<ProcessHandle> awaitFamily(Path log) throws Exception {
        await().until(() -> Files.exists(log) && Files.size(log) > 0);
        return List.of(Files.readString(log).strip().split(" ")).stream()
                .map(Long::valueOf)
                .map(pid -> ProcessHandle.of(pid).orElseThrow())
                .toList();
    }

    /** Runs in a separate JVM: starts the family, reports that, and waits to be killed. */
    static final class Starter {
        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            ServiceProcess.start(FAMILY, Map.of(), directory, directory.resolve("log"), Path.of(arguments[1]));
            System.out.println("started");
            Thread.currentThread().join();
        }
    }
}
