/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import io.kafkacourier.benchmarks.measure.Part;
import java.util.List;

/** The benchmark of the delay connector. */
public final class DelayBenchmark {

    /** How many tasks a connector has, and how many threads the loop it is compared with. */
    static final int TASKS = 2;

    /** How many partitions every topic has. */
    static final int PARTITIONS = 4;

    private DelayBenchmark() {}

    /** Its parts, in the order in which they run. */
    public static List<Part> parts() {
        return List.of(new CatchUp(), new Steady(), new Burst(), new Restart(), new LongDelays());
    }
}
