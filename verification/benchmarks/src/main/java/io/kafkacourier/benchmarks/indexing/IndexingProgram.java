/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Instant;

/**
 * Runs one contender in its own JVM. For each line of standard input it indexes all events and prints the elapsed time
 * and the CPU time of this JVM, both in nanoseconds. Exits at the end of the input.
 */
final class IndexingProgram {

    private IndexingProgram() {}

    /**
     * Runs the contender once per input line.
     *
     * @param arguments contender, server, time of the events
     */
    public static void main(String[] arguments) throws IOException {
        OperatingSystemMXBean jvm = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Runnable contender = Contender.valueOf(arguments[0])
                .prepare(new Workload(URI.create(arguments[1]), Instant.parse(arguments[2])));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        while (commands.readLine() != null) {
            long cpu = jvm.getProcessCpuTime();
            long begin = System.nanoTime();
            contender.run();
            System.out.println((System.nanoTime() - begin) + " " + (jvm.getProcessCpuTime() - cpu));
        }
        // The clients leave threads running.
        System.exit(0);
    }
}
