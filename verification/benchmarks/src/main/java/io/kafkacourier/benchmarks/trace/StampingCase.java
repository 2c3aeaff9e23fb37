/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Passes the same record to one hop again and again. JMH generates subclasses of this class. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StampingCase {

    /** The name of the parameter below. */
    static final String HOP = "hop";

    @Param
    public @Nullable Hop hop;

    private Hop.@Nullable Call call;

    /** Creates the record and the transformation; fails if the trace is wrong. */
    @Setup
    public void setUp() {
        call = Objects.requireNonNull(hop).call();
    }

    @Benchmark
    public Object stamp() {
        return Objects.requireNonNull(call).make();
    }
}
