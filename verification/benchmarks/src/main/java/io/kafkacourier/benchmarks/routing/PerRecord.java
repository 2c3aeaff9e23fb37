/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.routing;

import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Rounds;
import io.kafkacourier.benchmarks.measure.Rounds.Costs;
import io.kafkacourier.benchmarks.measure.Series;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures time and allocated memory for routing one record to another topic. */
final class PerRecord implements Part {

    /** Most bytes that one record on the JSON path may allocate, including the new record. */
    private static final double MOST_BYTES = 150;

    @Override
    public String name() {
        return "record";
    }

    @Override
    public String title() {
        return "nanoseconds and allocated bytes to route one record to another topic";
    }

    @Override
    public Findings run(Path directory, Console console) {
        Costs<Router> costs = new Rounds<>(RoutingCase.class, RoutingCase.ROUTER, Router.class).run(directory, console);
        return new Findings(settings(), costs.series(), expectations(costs));
    }

    private static List<Expectation> expectations(Costs<Router> costs) {
        return List.of(
                Expectation.atMost(3, ratio(costs, Router.HEADER, Router.NEW_RECORD_HEADERS)),
                Expectation.atLeast(40, ratio(costs, Router.DEBEZIUM_JSON, Router.JSON_EARLY)),
                Expectation.atLeast(10, ratio(costs, Router.READ_TREE_EARLY, Router.JSON_EARLY)),
                Expectation.atLeast(3, ratio(costs, Router.READ_TREE_LATE, Router.JSON_LATE)),
                Expectation.atMost(MOST_BYTES, costs.bytes(Router.JSON_EARLY)),
                Expectation.atMost(MOST_BYTES, costs.bytes(Router.JSON_LATE)));
    }

    private static Series ratio(Costs<Router> costs, Router slower, Router faster) {
        return costs.nanos(slower).over(costs.nanos(faster));
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("JSON", Router.ORDER.json().length + " bytes");
        settings.put(
                "warm-up",
                Router.JSON_EARLY.warmUpSeconds() + " s, Groovy " + Router.DEBEZIUM_JSON.warmUpSeconds() + " s");
        settings.putAll(Rounds.settings());
        return settings;
    }
}
