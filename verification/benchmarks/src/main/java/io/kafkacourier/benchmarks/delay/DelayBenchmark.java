/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import io.kafkacourier.benchmarks.measure.Part;
import java.util.List;

/** The benchmark of the delay connector. */
public final class DelayBenchmark {

    /** Number of tasks of a connector, and of threads of the bare loop. */
    static final int TASKS = 2;

    /** Number of partitions of every topic. */
    static final int PARTITIONS = 4;

    private DelayBenchmark() {}

    /** Its parts, in the order in which they run. */
    public static List<Part> parts() {
        return List.of(new CatchUp(), new Steady(), new Burst(), new Restart(), new LongDelays());
    }
}
