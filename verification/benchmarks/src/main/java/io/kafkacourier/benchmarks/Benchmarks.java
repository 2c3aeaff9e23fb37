/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks;

import static java.util.stream.Collectors.joining;

import io.kafkacourier.benchmarks.bare.ClientSettings;
import io.kafkacourier.benchmarks.delay.DelayBenchmark;
import io.kafkacourier.benchmarks.indexing.IndexingBenchmark;
import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Report;
import io.kafkacourier.benchmarks.routing.RoutingBenchmark;
import io.kafkacourier.benchmarks.trace.TraceBenchmark;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Entry point of {@code mvn -Pbenchmark -Dbenchmark=<name>}: runs a benchmark on this machine, prints a table and
 * writes {@code benchmark-<name>.json}.
 *
 * <p>System properties: {@code benchmark} names the benchmark, {@code benchmark.part} selects one part of it.
 */
public final class Benchmarks {

    private static final String BENCHMARK = "benchmark";
    private static final String PART = "benchmark.part";
    private static final Set<String> OPTIONS = Set.of(PART, ClientSettings.COMPRESSION);

    /** The parts of each benchmark, by its name. */
    private static final Map<String, List<Part>> BENCHMARKS = new TreeMap<>(Map.of(
            "delay", DelayBenchmark.parts(),
            "elasticsearch", IndexingBenchmark.parts(),
            "routing", RoutingBenchmark.parts(),
            "trace", TraceBenchmark.parts()));

    private Benchmarks() {}

    /**
     * Runs the benchmark.
     *
     * @param arguments the directory for results and logs
     * @throws IllegalArgumentException if a property is unknown or names an unknown benchmark or part
     */
    public static void main(String[] arguments) {
        refuseUnknownProperties();
        String name = System.getProperty(BENCHMARK, "");
        List<Part> parts = BENCHMARKS.get(name);
        if (parts == null) {
            throw new IllegalArgumentException(
                    "-D" + BENCHMARK + "=" + name + " is unknown; allowed: " + String.join(", ", BENCHMARKS.keySet()));
        }
        String only = System.getProperty(PART, "");
        Path directory = Path.of(arguments[0]);
        Path file = directory.resolve("benchmark-" + name + ".json");
        Console console = new Console(System.out);
        Report report = new Report(file, name, command(name, only));
        for (Part part : selected(parts, only)) {
            console.heading(name + ", " + part.name() + ": " + part.title());
            Findings findings = part.run(directory.resolve(name).resolve(part.name()), console);
            console.table(findings);
            report.add(part, findings);
        }
        console.heading("Written to " + file.toAbsolutePath());
    }

    private static List<Part> selected(List<Part> parts, String only) {
        List<Part> selected = parts.stream()
                .filter(part -> only.isEmpty() || part.name().equals(only))
                .toList();
        if (selected.isEmpty()) {
            throw new IllegalArgumentException("-D" + PART + "=" + only + " is unknown; allowed: "
                    + parts.stream().map(Part::name).collect(joining(", ")));
        }
        return selected;
    }

    private static String command(String name, String only) {
        String compression = System.getProperty(ClientSettings.COMPRESSION, "");
        return "mvn -Pbenchmark -D" + BENCHMARK + "=" + name
                + (only.isEmpty() ? "" : " -D" + PART + "=" + only)
                + (compression.isEmpty() ? "" : " -D" + ClientSettings.COMPRESSION + "=" + compression);
    }

    private static void refuseUnknownProperties() {
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(BENCHMARK + ".") && !OPTIONS.contains(name))
                .findAny()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "unknown property " + name + "; allowed: " + String.join(", ", OPTIONS));
                });
    }
}
