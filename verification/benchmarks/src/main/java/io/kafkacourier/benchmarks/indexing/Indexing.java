/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

import static java.util.Objects.requireNonNull;

import io.kafkacourier.benchmarks.indexing.IndexingProcess.Effort;
import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Series;
import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedElasticsearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures how fast documents are indexed by a real Elasticsearch on the same machine, and how much CPU the client
 * uses.
 *
 * <p>Each contender has its own JVM, which stays warm between rounds. In each round the contenders run one after the
 * other, each into a new index, in an order that rotates from round to round. The first round is warm-up and starts
 * with the sink, because it installs the index template that all contenders use.
 */
final class Indexing implements Part {

    private static final int WARM_UP_ROUNDS = 1;
    private static final int ROUNDS = 3;

    @Override
    public String name() {
        return "documents";
    }

    @Override
    public String title() {
        return Workload.EVENTS + " trace events into one index: documents per second and per second of CPU";
    }

    @Override
    public Findings run(Path directory, Console console) {
        Directories.delete(directory);
        Directories.create(directory);
        Map<Contender, List<Double>> perSecond = new EnumMap<>(Contender.class);
        Map<Contender, List<Double>> perCpuSecond = new EnumMap<>(Contender.class);
        List<IndexingProcess> processes = new ArrayList<>();
        Workload workload;
        try (EmbeddedElasticsearch elasticsearch = new EmbeddedElasticsearch(directory.resolve("elasticsearch"))) {
            elasticsearch.start();
            workload = new Workload(elasticsearch.url(), Instant.now().truncatedTo(ChronoUnit.MILLIS));
            for (Contender contender : List.of(Contender.SINK, Contender.BARE, Contender.INGESTER)) {
                processes.add(new IndexingProcess(contender, workload, directory));
            }
            for (int round = 1 - WARM_UP_ROUNDS; round <= ROUNDS; round++) {
                for (IndexingProcess process : processes) {
                    Contender contender = process.contender();
                    Effort effort = measure(process, workload, elasticsearch);
                    double rate = Workload.EVENTS / effort.elapsed();
                    double cpuRate = Workload.EVENTS / effort.cpu();
                    console.progress(
                            "%-8s %-36s %,10.0f per second, %,10.0f per second of CPU",
                            round >= 1 ? "round " + round : "warm-up", contender.title(), rate, cpuRate);
                    if (round >= 1) {
                        perSecond
                                .computeIfAbsent(contender, first -> new ArrayList<>())
                                .add(rate);
                        perCpuSecond
                                .computeIfAbsent(contender, first -> new ArrayList<>())
                                .add(cpuRate);
                    }
                }
                Collections.rotate(processes, 1);
            }
        } finally {
            processes.forEach(IndexingProcess::close);
        }
        Map<Contender, Series> rates = series(perSecond, "documents/s");
        Map<Contender, Series> cpuRates = series(perCpuSecond, "documents/s of CPU");
        return new Findings(
                settings(workload),
                Stream.concat(rates.values().stream(), cpuRates.values().stream())
                        .toList(),
                List.of(
                        Expectation.atLeast(0.85, ratio(rates, Contender.BARE)),
                        Expectation.atLeast(2, ratio(cpuRates, Contender.INGESTER))));
    }

    private static Effort measure(IndexingProcess process, Workload workload, EmbeddedElasticsearch elasticsearch) {
        try {
            elasticsearch.http().send("DELETE", "/" + workload.index() + "?ignore_unavailable=true", "");
            Effort effort = process.run();
            elasticsearch.http().send("POST", "/" + workload.index() + "/_refresh", "");
            long count = elasticsearch
                    .http()
                    .get("/" + workload.index() + "/_count")
                    .body()
                    .path("count")
                    .asLong();
            if (count != Workload.EVENTS) {
                throw new IllegalStateException(process.contender().title() + " indexed " + count + " documents");
            }
            return effort;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Contender, Series> series(Map<Contender, List<Double>> rounds, String unit) {
        Map<Contender, Series> series = new EnumMap<>(Contender.class);
        rounds.forEach((contender, figures) -> series.put(contender, new Series(contender.title(), unit, figures)));
        return series;
    }

    private static Series ratio(Map<Contender, Series> series, Contender base) {
        return requireNonNull(series.get(Contender.SINK)).over(requireNonNull(series.get(base)));
    }

    private static Map<String, String> settings(Workload workload) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("event", workload.events().get(0).json().length + " bytes");
        settings.put("bulk request", Workload.BULK_EVENTS + " events or " + Workload.BULK_BYTES + " bytes");
        settings.put("requests in flight", String.valueOf(Workload.IN_FLIGHT));
        settings.put("JVM of each contender", String.join(" ", IndexingProcess.JVM_OPTIONS));
        return settings;
    }
}
