/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.routing;

import io.kafkacourier.benchmarks.measure.Part;
import java.util.List;

/** The benchmark of the content router. */
public final class RoutingBenchmark {

    private RoutingBenchmark() {}

    /** Its parts, in the order in which they run. */
    public static List<Part> parts() {
        return List.of(new PerRecord());
    }
}
