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
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Measures how fast overdue messages are delivered: the connector catches up from its input after an hour of downtime.
 *
 * <p>Each contender moves the same input, from the beginning, to its own target. The rate is measured by the broker's
 * clock, from the first append to the last. It includes transactions and the writing of offsets, but neither the start
 * of a connector nor the reading of the target. The contenders run one after the other in each round, in an order that
 * rotates from round to round. The first rounds are warm-up.
 */
final class CatchUp implements Part {

    private static final int MESSAGES = 300_000;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUNDS = 7;
    private static final String INPUT = "overdue";

    @Override
    public String name() {
        return "catchup";
    }

    @Override
    public String title() {
        return MESSAGES + " overdue messages of 200 bytes: delivery rate";
    }

    /** Moves the input to its own target. */
    private static final class Contender {

        private final String title;
        private final Mover mover;
        private final List<Double> rates = new ArrayList<>();

        Contender(String title, Mover mover) {
            this.title = title;
            this.mover = mover;
        }

        Series series() {
            return new Series(title, "messages/s", rates);
        }
    }

    private interface Mover {
        /** Moves the whole input to a topic named after the round, and returns the rate in messages per second. */
        double move(Cluster cluster, String round);
    }

    @Override
    public Findings run(Path directory, Console console) {
        Contender bare = new Contender("bare loop", CatchUp::bare);
        Contender mirror = new Contender("MirrorSourceConnector", CatchUp::mirror);
        Contender courier = new Contender("delay connector", CatchUp::courier);
        List<Contender> order = new ArrayList<>(List.of(bare, mirror, courier));
        try (Cluster cluster = Cluster.start(directory)) {
            cluster.topics().create(DelayBenchmark.PARTITIONS, INPUT);
            new DelayedMessages(cluster.topics(), INPUT).writeOverdue(MESSAGES);
            for (int round = 1 - WARM_UP_ROUNDS; round <= ROUNDS; round++) {
                for (Contender contender : order) {
                    double rate = contender.mover.move(cluster, "r" + (round + WARM_UP_ROUNDS));
                    boolean counts = round >= 1;
                    console.progress(
                            "%-10s %-24s %,10.0f per second",
                            counts ? "round " + round : "warm-up", contender.title, rate);
                    if (counts) {
                        contender.rates.add(rate);
                    }
                }
                Collections.rotate(order, 1);
            }
        }
        return new Findings(
                Connectors.settings(),
                List.of(bare.series(), mirror.series(), courier.series()),
                List.of(
                        Expectation.atLeast(0.7, courier.series().over(bare.series())),
                        Expectation.atLeast(0.95, courier.series().over(mirror.series()))));
    }

    private static double bare(Cluster cluster, String round) {
        String target = createTarget(cluster, "bare-" + round);
        cluster.bare().copy(INPUT, target, DelayBenchmark.PARTITIONS, DelayBenchmark.TASKS, MESSAGES, 0);
        return rate(cluster, target, () -> {});
    }

    private static double mirror(Cluster cluster, String round) {
        String target = createTarget(cluster, Connectors.mirrored(INPUT, round));
        return runConnector(
                cluster, "mirror-" + round, target, Connectors.mirror(cluster.bootstrapServers(), INPUT, round));
    }

    private static double courier(Cluster cluster, String round) {
        String target = createTarget(cluster, "delay-" + round);
        return runConnector(
                cluster,
                target,
                target,
                Connectors.courier(cluster.bootstrapServers(), INPUT, target, Connectors.EMPTY_TIERS));
    }

    private static String createTarget(Cluster cluster, String topic) {
        cluster.topics().create(topic, DelayBenchmark.PARTITIONS, Map.of("message.timestamp.type", "LogAppendTime"));
        return topic;
    }

    private static double runConnector(Cluster cluster, String name, String target, Map<String, String> config) {
        cluster.startConnector(name, config, DelayBenchmark.TASKS);
        cluster.awaitWritten(target, MESSAGES, name);
        double rate = rate(cluster, target, () -> cluster.requireHealthy(name));
        cluster.deleteConnector(name);
        return rate;
    }

    private static double rate(Cluster cluster, String target, Runnable check) {
        try (Arrivals arrivals =
                new Arrivals(cluster.bootstrapServers(), target, DelayBenchmark.PARTITIONS, MESSAGES)) {
            return arrivals.readAll(check).appendedPerSecond();
        } finally {
            cluster.topics().delete(target);
        }
    }
}
