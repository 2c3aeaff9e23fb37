/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Rounds;
import io.kafkacourier.benchmarks.measure.Rounds.Costs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Measures time and allocated memory for stamping one record. */
final class Stamping implements Part {

    /** Most bytes that stamping one record may allocate in addition to its copy. */
    private static final double MOST_BYTES = 1024;

    @Override
    public String name() {
        return "stamping";
    }

    @Override
    public String title() {
        return "nanoseconds and allocated bytes to stamp one record, compared with only copying it";
    }

    @Override
    public Findings run(Path directory, Console console) {
        Costs<Hop> costs = new Rounds<>(StampingCase.class, StampingCase.HOP, Hop.class).run(directory, console);
        return new Findings(settings(), costs.series(), expectations(costs));
    }

    private static List<Expectation> expectations(Costs<Hop> costs) {
        return Stream.of(Hop.values())
                .filter(Hop::stamps)
                .map(hop -> Expectation.atMost(MOST_BYTES, costs.bytes(hop).less(costs.bytes(hop.copied()))))
                .toList();
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("headers of the record", "2, plus 5 for a continued trace or 4 for a malformed trace");
        settings.put("warm-up", Hop.STAMP_SOURCE_NEW.warmUpSeconds() + " s");
        settings.putAll(Rounds.settings());
        return settings;
    }
}
