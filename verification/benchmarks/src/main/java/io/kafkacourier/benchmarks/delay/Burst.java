/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Series;
import io.kafkacourier.benchmarks.services.Arrivals;
import io.kafkacourier.benchmarks.services.Cluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Measures a burst: many messages are due at the same instant. The result is the time from that instant until a {@code
 * read_committed} consumer can read all of them.
 *
 * <p>The base case is the bare loop. It is already connected, and at such an instant it starts to copy the same number
 * of messages from its input.
 */
final class Burst implements Part {

    private static final int MESSAGES = 100_000;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUNDS = 7;
    /** Long enough to write all messages and for the connector to read them. */
    private static final long LEAD_MS = 10_000;

    @Override
    public String name() {
        return "burst";
    }

    @Override
    public String title() {
        return MESSAGES + " messages of 200 bytes due at one instant: time until all can be read";
    }

    @Override
    public Findings run(Path directory, Console console) {
        List<Double> bare = new ArrayList<>();
        List<Double> courier = new ArrayList<>();
        try (Cluster cluster = Cluster.start(directory)) {
            for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                double bareMs = measure(cluster, "bare-r" + (round + WARM_UP_ROUNDS), false);
                double courierMs = measure(cluster, "delay-r" + (round + WARM_UP_ROUNDS), true);
                console.progress(
                        "%-10s bare loop %.0f ms, delay connector %.0f ms",
                        round < 0 ? "warm-up" : "round " + (round + 1), bareMs, courierMs);
                if (round >= 0) {
                    bare.add(bareMs);
                    courier.add(courierMs);
                }
            }
        }
        Series bareSeries = new Series("bare loop", "ms", bare);
        Series courierSeries = new Series("delay connector", "ms", courier);
        return new Findings(
                Connectors.settings(),
                List.of(bareSeries, courierSeries),
                List.of(Expectation.atMost(1.7, courierSeries.over(bareSeries))));
    }

    /** Milliseconds from the due instant until the last message can be read. */
    private static double measure(Cluster cluster, String name, boolean delayed) {
        String input = name + "-waiting";
        String target = name + "-due";
        cluster.topics().create(DelayBenchmark.PARTITIONS, input, target);
        try (Arrivals arrivals =
                new Arrivals(cluster.bootstrapServers(), target, DelayBenchmark.PARTITIONS, MESSAGES)) {
            if (delayed) {
                cluster.startConnector(
                        name,
                        Connectors.courier(cluster.bootstrapServers(), input, target, Connectors.EMPTY_TIERS),
                        DelayBenchmark.TASKS);
            }
            long dueMs = System.currentTimeMillis() + LEAD_MS;
            new DelayedMessages(cluster.topics(), input).writeDueAt(MESSAGES, dueMs);
            var copying = CompletableFuture.runAsync(() -> {
                if (!delayed) {
                    cluster.bare()
                            .copy(input, target, DelayBenchmark.PARTITIONS, DelayBenchmark.TASKS, MESSAGES, dueMs);
                }
            });
            arrivals.readAll(() -> {
                if (delayed) {
                    cluster.requireHealthy(name);
                }
            });
            copying.join();
            if (arrivals.lateness().min() < 0) {
                throw new IllegalStateException(
                        name + " was early: " + arrivals.lateness().min() + " ms");
            }
            return arrivals.lateness().max();
        } finally {
            if (delayed) {
                cluster.deleteConnector(name);
            }
            cluster.topics().delete(input, target);
        }
    }
}
