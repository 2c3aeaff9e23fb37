/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Rounds;
import io.kafkacourier.benchmarks.measure.Rounds.Costs;
import java.nio.file.Path;
import java.util.List;

/** Measures time and allocated memory for writing one event as JSON. */
final class Writing implements Part {

    @Override
    public String name() {
        return "writing";
    }

    @Override
    public String title() {
        return "nanoseconds and allocated bytes to write one event of 20 fields as JSON";
    }

    @Override
    public Findings run(Path directory, Console console) {
        Costs<EventWriter> costs =
                new Rounds<>(WritingCase.class, WritingCase.WRITER, EventWriter.class).run(directory, console);
        return new Findings(
                Rounds.settings(),
                costs.series(),
                List.of(Expectation.atMost(
                        1, costs.nanos(EventWriter.TRACE_EVENT).over(costs.nanos(EventWriter.JACKSON)))));
    }
}
