/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

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
 * Measures time and allocated memory of one call. In each round every contender has its own JVM, so that no contender
 * runs code that was compiled for another.
 *
 * @param jmhClass a class with one benchmark, whose score is in nanoseconds
 * @param parameter the name of its only parameter, which is of type {@code contenders}
 */
public record Rounds<C extends Enum<C> & Contender>(Class<?> jmhClass, String parameter, Class<C> contenders) {

    private static final int ROUNDS = 3;
    private static final int SECONDS = 1;
    private static final String[] JVM_OPTIONS = {"-Xms512m", "-Xmx512m", "-XX:+UseG1GC"};
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /** The settings of the measurement, for {@link Findings#settings}. */
    public static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("JVM of each contender", String.join(" ", JVM_OPTIONS));
        settings.put("measured", SECONDS + " s in each of " + ROUNDS + " rounds");
        return settings;
    }

    /** Measures all contenders; {@code directory} is for logs and is emptied first. */
    public Costs<C> run(Path directory, Console console) {
        Directories.delete(directory);
        Directories.create(directory);
        Map<C, List<Double>> nanos = new EnumMap<>(contenders);
        Map<C, List<Double>> bytes = new EnumMap<>(contenders);
        for (int round = 1; round <= ROUNDS; round++) {
            Path logs = Directories.create(directory.resolve("round-" + round));
            console.progress("round %d of %d, see %s", round, ROUNDS, logs);
            for (RunResult result : measure(logs)) {
                C contender = Enum.valueOf(contenders, result.getParams().getParam(parameter));
                add(nanos, contender, result.getPrimaryResult().getScore());
                add(
                        bytes,
                        contender,
                        requireNonNull(result.getSecondaryResults().get(ALLOCATED))
                                .getScore());
            }
        }
        return new Costs<>(series(nanos, "ns"), series(bytes, "B"));
    }

    private List<RunResult> measure(Path logs) {
        Map<Integer, List<String>> byWarmUp = Stream.of(contenders.getEnumConstants())
                .collect(groupingBy(Contender::warmUpSeconds, TreeMap::new, mapping(Contender::name, toList())));
        List<RunResult> results = new ArrayList<>();
        byWarmUp.forEach((seconds, names) ->
                results.addAll(measure(names, seconds, logs.resolve("warm-up-" + seconds + "s.log"))));
        return results;
    }

    private Collection<RunResult> measure(List<String> names, int warmUpSeconds, Path log) {
        Options options = new OptionsBuilder()
                .include("^" + Pattern.quote(jmhClass.getName()) + "\\.")
                .param(parameter, names.toArray(String[]::new))
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

    private static <C> void add(Map<C, List<Double>> rounds, C contender, double figure) {
        rounds.computeIfAbsent(contender, first -> new ArrayList<>()).add(figure);
    }

    private Map<C, Series> series(Map<C, List<Double>> rounds, String unit) {
        Map<C, Series> series = new EnumMap<>(contenders);
        rounds.forEach((contender, figures) -> series.put(contender, new Series(contender.title(), unit, figures)));
        return series;
    }

    /** Time in nanoseconds and allocation in bytes of each contender, per call. */
    public record Costs<C extends Enum<C> & Contender>(Map<C, Series> nanos, Map<C, Series> bytes) {

        /** Time of one contender in nanoseconds. */
        public Series nanos(C contender) {
            return requireNonNull(nanos.get(contender));
        }

        /** Allocation of one contender in bytes. */
        public Series bytes(C contender) {
            return requireNonNull(bytes.get(contender));
        }

        /** All figures, for {@link Findings#series}. */
        public List<Series> series() {
            return Stream.concat(nanos.values().stream(), bytes.values().stream())
                    .toList();
        }
    }
}
