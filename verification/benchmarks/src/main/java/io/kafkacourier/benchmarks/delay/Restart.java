/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import io.kafkacourier.benchmarks.bare.EpochMicros;
import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Series;
import io.kafkacourier.benchmarks.services.Cluster;
import io.kafkacourier.embedded.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the restart of a killed worker: the time from its start until a message that became due during the downtime
 * can be read. Compares few and very many messages pending in tiers. Both times include the start of the JVM, of
 * Connect and of its group.
 */
final class Restart implements Part {

    private static final int FEW = 1_000;
    private static final int MANY = 1_000_000;
    private static final int WARM_UP_ROUNDS = 1;
    private static final int ROUNDS = 5;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> WORKER_HEAP = List.of("-Xms512m", "-Xmx512m");

    /** The delay of the pending messages, one day, and the tier of the default ladder in which they wait. */
    private static final long PENDING_MS = 86_400_000;

    private static final String TIER = "32768s";

    @Override
    public String name() {
        return "restart";
    }

    @Override
    public String title() {
        return "time from the start of a killed worker to the first release, with " + FEW + " and with " + MANY
                + " pending";
    }

    @Override
    public Findings run(Path directory, Console console) {
        List<Double> few = new ArrayList<>();
        List<Double> many = new ArrayList<>();
        try (Cluster cluster = Cluster.start(directory, WORKER_HEAP)) {
            load(cluster, "few", FEW);
            load(cluster, "many", MANY);
            try (TopicReader ofFew = cluster.topics().reader(target("few"));
                    TopicReader ofMany = cluster.topics().reader(target("many"))) {
                for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                    double fewMs = measure(cluster, "few", ofFew);
                    double manyMs = measure(cluster, "many", ofMany);
                    console.progress(
                            "%-10s with %d pending %.0f ms, with %d %.0f ms",
                            round < 0 ? "warm-up" : "round " + (round + 1), FEW, fewMs, MANY, manyMs);
                    if (round >= 0) {
                        few.add(fewMs);
                        many.add(manyMs);
                    }
                }
            }
        }
        Series fewSeries = new Series("with " + FEW + " pending", "ms", few);
        Series manySeries = new Series("with " + MANY + " pending", "ms", many);
        Map<String, String> settings = new LinkedHashMap<>(Connectors.settings());
        settings.put("worker heap", String.join(" ", WORKER_HEAP));
        return new Findings(
                settings, List.of(fewSeries, manySeries), List.of(Expectation.atMost(1.3, manySeries.over(fewSeries))));
    }

    /** Lets the connector move messages into their tier. */
    private static void load(Cluster cluster, String name, int messages) {
        cluster.topics().create(DelayBenchmark.PARTITIONS, input(name), target(name));
        new DelayedMessages(cluster.topics(), input(name))
                .writeDueAt(messages, System.currentTimeMillis() + PENDING_MS);
        start(cluster, name);
        cluster.awaitWritten(name + ".delay." + TIER, messages, name);
        cluster.deleteConnector(name);
    }

    /** Milliseconds from the start of the worker until the due message can be read. */
    private static double measure(Cluster cluster, String name, TopicReader due) {
        start(cluster, name);
        cluster.killWorker();
        new DelayedMessages(cluster.topics(), input(name)).writeDueAt(1, System.currentTimeMillis() + 1);
        int expected = due.records().size() + 1;
        long startMicros = EpochMicros.now();
        cluster.launchWorker();
        due.readUntil(records -> records.size() >= expected, LIMIT);
        double passedMs = (EpochMicros.now() - startMicros) / 1_000.0;
        cluster.awaitWorker();
        cluster.deleteConnector(name);
        return passedMs;
    }

    /** Starts the connector with its own tiers. The tiers and the stored progress survive its deletion. */
    private static void start(Cluster cluster, String name) {
        cluster.startConnector(
                name,
                Connectors.courier(cluster.bootstrapServers(), input(name), target(name), name + ".delay."),
                DelayBenchmark.TASKS);
    }

    private static String input(String name) {
        return name + "-waiting";
    }

    private static String target(String name) {
        return name + "-due";
    }
}
