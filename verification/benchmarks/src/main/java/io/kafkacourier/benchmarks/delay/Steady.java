/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Series;
import io.kafkacourier.benchmarks.services.Arrivals;
import io.kafkacourier.benchmarks.services.Cluster;
import io.kafkacourier.benchmarks.services.Latencies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Measures lateness at a steady rate: the time from a message's due time until a {@code read_committed} consumer has
 * it. All processes run on one machine and use its wall clock.
 *
 * <p>The base case is the cost of transactions alone: a producer without delay that commits every ten milliseconds. Its
 * lateness is the time from a message's creation until the same kind of consumer has it. Messages are created at even
 * intervals, whether or not the producer is ready.
 */
final class Steady implements Part {

    private static final int PER_SECOND = 5_000;
    private static final int SECONDS = 60;
    private static final int MIN_DELAY_MS = 1_000;
    private static final int MAX_DELAY_MS = 20_000;
    /** In a new JVM the JIT compiler uses part of the two cores for minutes. */
    private static final int WARM_UP_ROUNDS = 2;

    private static final int ROUNDS = 3;

    @Override
    public String name() {
        return "steady";
    }

    @Override
    public String title() {
        return PER_SECOND + " messages of 200 bytes per second with delays of 1 to 20 s for " + SECONDS
                + " s: lateness";
    }

    @Override
    public Findings run(Path directory, Console console) {
        List<Latencies> bare = new ArrayList<>();
        List<Latencies> courier = new ArrayList<>();
        try (Cluster cluster = Cluster.start(directory)) {
            for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                String label = round < 0 ? "warm-up" : "round " + (round + 1);
                String suffix = "r" + (round + WARM_UP_ROUNDS);
                Latencies ofBare = show(console, label, "bare producer", bare(cluster, suffix));
                Latencies ofCourier = show(console, label, "delay connector", courier(cluster, suffix));
                if (round >= 0) {
                    bare.add(ofBare);
                    courier.add(ofCourier);
                }
            }
        }
        return findings(bare, courier);
    }

    private static Findings findings(List<Latencies> bare, List<Latencies> courier) {
        List<Series> series = new ArrayList<>(series("bare producer", bare));
        series.addAll(series("delay connector", courier));
        Series bareP99 = series.get(2);
        Series earliest = series.get(4);
        Series courierP99 = series.get(6);
        Map<String, String> settings = Connectors.settings();
        return new Findings(
                settings,
                series,
                List.of(Expectation.atLeast(0, earliest), Expectation.atMost(2, courierP99.over(bareP99))));
    }

    private static List<Series> series(String whose, List<Latencies> rounds) {
        return List.of(
                new Series(
                        whose + " min",
                        "ms",
                        rounds.stream().map(Latencies::min).toList()),
                new Series(whose + " p50", "ms", percentiles(rounds, 50)),
                new Series(whose + " p99", "ms", percentiles(rounds, 99)),
                new Series(
                        whose + " max",
                        "ms",
                        rounds.stream().map(Latencies::max).toList()));
    }

    private static List<Double> percentiles(List<Latencies> rounds, double percent) {
        return rounds.stream().map(latencies -> latencies.percentile(percent)).toList();
    }

    private static Latencies show(Console console, String round, String whose, Latencies latencies) {
        console.progress(
                "%-10s %-24s min %.1f  p50 %.1f  p99 %.1f  max %.1f ms",
                round, whose, latencies.min(), latencies.percentile(50), latencies.percentile(99), latencies.max());
        return latencies;
    }

    private static Latencies bare(Cluster cluster, String round) {
        String topic = "bare-" + round;
        cluster.topics().create(DelayBenchmark.PARTITIONS, topic);
        try (Arrivals arrivals =
                new Arrivals(cluster.bootstrapServers(), topic, DelayBenchmark.PARTITIONS, PER_SECOND * SECONDS)) {
            var producing = CompletableFuture.runAsync(() -> cluster.bare().produce(topic, PER_SECOND, SECONDS));
            arrivals.readAll(() -> {});
            producing.join();
            return arrivals.lateness();
        } finally {
            cluster.topics().delete(topic);
        }
    }

    private static Latencies courier(Cluster cluster, String round) {
        String input = "waiting-" + round;
        String target = "due-" + round;
        String name = "delay-" + round;
        String tiers = name + ".delay.";
        cluster.topics().create(DelayBenchmark.PARTITIONS, input, target);
        cluster.startConnector(
                name, Connectors.courier(cluster.bootstrapServers(), input, target, tiers), DelayBenchmark.TASKS);
        try (Arrivals arrivals =
                new Arrivals(cluster.bootstrapServers(), target, DelayBenchmark.PARTITIONS, PER_SECOND * SECONDS)) {
            var producing = CompletableFuture.runAsync(() -> new DelayedMessages(cluster.topics(), input)
                    .writeSteadily(PER_SECOND, SECONDS, MIN_DELAY_MS, MAX_DELAY_MS));
            arrivals.readAll(() -> cluster.requireHealthy(name));
            producing.join();
            return arrivals.lateness();
        } finally {
            cluster.deleteConnector(name);
            cluster.topics().delete(input, target);
            cluster.topics()
                    .delete(cluster.topics().names().stream()
                            .filter(topic -> topic.startsWith(tiers))
                            .toArray(String[]::new));
        }
    }
}
