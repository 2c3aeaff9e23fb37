/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.routing;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Series;
import io.kafkacourier.embedded.Directories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What it takes to send one record to another topic, in time and in memory. In each round every contender has a JVM of its
 * own, so that none runs code that was compiled for another.
 */
final class PerRecord implements Part {

    private static final int ROUNDS = 3;
    private static final int SECONDS = 1;
    private static final String[] JVM_OPTIONS = {"-Xms512m", "-Xmx512m", "-XX:+UseG1GC"};
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /** How many bytes one record on the JSON path may allocate, those of the new record among them. */
    private static final double MOST_BYTES = 150;

    @Override
    public String name() {
        return "record";
    }

    @Override
    public String title() {
        return "nanoseconds and allocated bytes for one record that goes to another topic";
    }

    @Override
    public Findings run(Path directory, Console console) {
        Directories.delete(directory);
        Directories.create(directory);
        Map<Contender, List<Double>> nanos = new EnumMap<>(Contender.class);
        Map<Contender, List<Double>> bytes = new EnumMap<>(Contender.class);
        for (int round = 1; round <= ROUNDS; round++) {
            Path logs = Directories.create(directory.resolve("round-" + round));
            console.progress("round %d of %d, see %s", round, ROUNDS, logs);
            for (RunResult result : measure(logs)) {
                Contender contender = Contender.valueOf(result.getParams().getParam(RoutingCase.CONTENDER));
                add(nanos, contender, result.getPrimaryResult().getScore());
                add(
                        bytes,
                        contender,
                        requireNonNull(result.getSecondaryResults().get(ALLOCATED))
                                .getScore());
            }
        }
        Map<Contender, Series> time = series(nanos, "ns");
        Map<Contender, Series> memory = series(bytes, "B");
        return new Findings(
                settings(),
                Stream.concat(time.values().stream(), memory.values().stream()).toList(),
                expectations(time, memory));
    }

    private static List<RunResult> measure(Path logs) {
        Map<Integer, List<String>> byWarmUp = Stream.of(Contender.values())
                .collect(groupingBy(Contender::warmUpSeconds, TreeMap::new, mapping(Contender::name, toList())));
        List<RunResult> results = new ArrayList<>();
        byWarmUp.forEach((seconds, contenders) ->
                results.addAll(measure(contenders, seconds, logs.resolve("warm-up-" + seconds + "s.log"))));
        return results;
    }

    private static Collection<RunResult> measure(List<String> contenders, int warmUpSeconds, Path log) {
        Options options = new OptionsBuilder()
                .include("^" + Pattern.quote(RoutingCase.class.getName()) + "\\.")
                .param(RoutingCase.CONTENDER, contenders.toArray(String[]::new))
                .forks(1)
                .jvmArgs(JVM_OPTIONS)
                .warmupIterations(warmUpSeconds)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(SECONDS)
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .output(log.toString())
                .build();
        try {
            return new Runner(options).run();
        } catch (RunnerException e) {
            throw new IllegalStateException("a contender failed; see " + log, e);
        }
    }

    private static void add(Map<Contender, List<Double>> rounds, Contender contender, double figure) {
        rounds.computeIfAbsent(contender, first -> new ArrayList<>()).add(figure);
    }

    private static Map<Contender, Series> series(Map<Contender, List<Double>> rounds, String unit) {
        Map<Contender, Series> series = new EnumMap<>(Contender.class);
        rounds.forEach((contender, figures) -> series.put(contender, new Series(contender.title(), unit, figures)));
        return series;
    }

    private static List<Expectation> expectations(Map<Contender, Series> time, Map<Contender, Series> memory) {
        return List.of(
                Expectation.atMost(3, ratio(time, Contender.HEADER, Contender.NEW_RECORD_HEADERS)),
                Expectation.atLeast(40, ratio(time, Contender.DEBEZIUM_JSON, Contender.JSON_EARLY)),
                Expectation.atLeast(10, ratio(time, Contender.READ_TREE_EARLY, Contender.JSON_EARLY)),
                Expectation.atLeast(3, ratio(time, Contender.READ_TREE_LATE, Contender.JSON_LATE)),
                Expectation.atMost(MOST_BYTES, requireNonNull(memory.get(Contender.JSON_EARLY))),
                Expectation.atMost(MOST_BYTES, requireNonNull(memory.get(Contender.JSON_LATE))));
    }

    private static Series ratio(Map<Contender, Series> time, Contender slower, Contender faster) {
        return requireNonNull(time.get(slower)).over(requireNonNull(time.get(faster)));
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("JSON", Contender.ORDER.json().length + " bytes");
        settings.put("JVM of each contender", String.join(" ", JVM_OPTIONS));
        settings.put(
                "warm-up",
                Contender.JSON_EARLY.warmUpSeconds() + " s, of Groovy " + Contender.DEBEZIUM_JSON.warmUpSeconds()
                        + " s");
        settings.put("measured", SECONDS + " s in each of " + ROUNDS + " rounds");
        return settings;
    }
}
