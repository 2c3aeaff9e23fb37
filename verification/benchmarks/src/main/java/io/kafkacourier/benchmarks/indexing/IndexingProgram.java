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
 * One contender in a JVM of its own: for each line of its standard input it brings all events into the index, and answers
 * with the nanoseconds that took, and those of CPU that its JVM took meanwhile. Ends with the input.
 */
final class IndexingProgram {

    private IndexingProgram() {}

    /**
     * Runs whenever it is told to.
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
        // The clients leave threads.
        System.exit(0);
    }
}
