/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.routing;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Passes the same order to one router again and again. JMH generates subclasses of this class. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoutingCase {

    /** The name of the parameter below. */
    static final String ROUTER = "router";

    @Param
    public @Nullable Router router;

    private @Nullable Transformation<SourceRecord> transformation;
    private @Nullable SourceRecord order;

    /** Creates the router; fails if it does not route correctly. */
    @Setup
    public void setUp() {
        Router measured = Objects.requireNonNull(router);
        transformation = measured.transformation();
        order = measured.record(Router.ORDER);
    }

    @Benchmark
    public Object route() {
        return Objects.requireNonNull(transformation).apply(Objects.requireNonNull(order));
    }
}
