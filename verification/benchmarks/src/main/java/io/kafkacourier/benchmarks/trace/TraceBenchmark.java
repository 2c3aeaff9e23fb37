/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import io.kafkacourier.benchmarks.measure.Part;
import java.util.List;

/** The benchmark of tracing. */
public final class TraceBenchmark {

    private TraceBenchmark() {}

    /** Its parts, in the order in which they run. */
    public static List<Part> parts() {
        return List.of(new Stamping(), new Writing(), new Overhead());
    }
}
