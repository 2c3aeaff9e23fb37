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
import org.openjdk.jmh.annotations.State;

/** Writes events of the same message at ascending offsets. JMH generates subclasses of this class. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WritingCase {

    /** The name of the parameter below. */
    static final String WRITER = "writer";

    @Param
    public @Nullable EventWriter writer;

    private long offset;

    @Benchmark
    public byte[] write() {
        return Objects.requireNonNull(writer).write(offset++);
    }
}
