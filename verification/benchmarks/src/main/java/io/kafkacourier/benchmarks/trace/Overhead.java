/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Expectation;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Series;
import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.KafkaTopics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures the cost of the interceptors in an application that sends and receives at a fixed rate. */
final class Overhead implements Part {

    private static final int PER_SECOND = 20_000;
    private static final int SECONDS = 10;
    private static final int PARTITIONS = 4;
    /** In a new JVM the JIT compiler uses more CPU than the clients. */
    private static final int WARM_UP_ROUNDS = 3;

    private static final int ROUNDS = 5;
    /** Events per message: send, receive and process. */
    private static final int EVENTS = 3;

    private static final double MOST_CPU_OF_ALL = 6;
    private static final double MOST_CPU_OF_ONE_PERCENT = 2;
    private static final double MOST_P99 = 1.2;

    @Override
    public String name() {
        return "overhead";
    }

    @Override
    public String title() {
        return PER_SECOND + " messages of 200 bytes per second, sent and received by one application: cost of tracing";
    }

    @Override
    public Findings run(Path directory, Console console) {
        Directories.delete(directory);
        Map<Tracing, List<Double>> cpu = new EnumMap<>(Tracing.class);
        Map<Tracing, List<Double>> p99 = new EnumMap<>(Tracing.class);
        List<Double> missing = new ArrayList<>();
        try (EmbeddedKafka kafka = new EmbeddedKafka(directory.resolve("kafka"))) {
            kafka.start();
            try (KafkaTopics topics = new KafkaTopics(kafka.bootstrapServers())) {
                topics.create(PARTITIONS, Tracing.TOPIC);
                for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                    for (Tracing tracing : Tracing.values()) {
                        String topic = "orders-" + (round + WARM_UP_ROUNDS) + "-" + tracing;
                        topics.create(PARTITIONS, topic);
                        long eventsBefore = events(topics);
                        Exchange.Cost cost =
                                new Exchange(kafka.bootstrapServers(), topic, tracing).run(PER_SECOND, SECONDS);
                        long events = events(topics) - eventsBefore;
                        topics.delete(topic);
                        console.progress(
                                "%-10s %-24s %.2f us of CPU per message, p99 %.1f ms, %d events",
                                round < 0 ? "warm-up" : "round " + (round + 1),
                                tracing.title(),
                                cost.cpuMicros(),
                                cost.acknowledged().percentile(99),
                                events);
                        if (round >= 0) {
                            cpu.computeIfAbsent(tracing, absent -> new ArrayList<>())
                                    .add(cost.cpuMicros());
                            p99.computeIfAbsent(tracing, absent -> new ArrayList<>())
                                    .add(cost.acknowledged().percentile(99));
                            if (tracing == Tracing.ALL) {
                                missing.add((double) EVENTS * PER_SECOND * SECONDS - events);
                            }
                        }
                    }
                }
            }
        }
        return findings(series("CPU per message", "us", cpu), series("p99 to acknowledgement", "ms", p99), missing);
    }

    private static Findings findings(Map<Tracing, Series> cpu, Map<Tracing, Series> p99, List<Double> missing) {
        List<Series> all = new ArrayList<>(cpu.values());
        all.addAll(p99.values());
        Series lost = new Series("missing events, all sampled", "", missing);
        all.add(lost);
        return new Findings(
                settings(),
                all,
                List.of(
                        Expectation.atMost(MOST_CPU_OF_ALL, of(cpu, Tracing.ALL).less(of(cpu, Tracing.NONE))),
                        Expectation.atMost(
                                MOST_CPU_OF_ONE_PERCENT,
                                of(cpu, Tracing.ONE_PERCENT).less(of(cpu, Tracing.NONE))),
                        Expectation.atMost(MOST_P99, of(p99, Tracing.ALL).over(of(p99, Tracing.NONE))),
                        Expectation.atMost(
                                MOST_P99, of(p99, Tracing.ONE_PERCENT).over(of(p99, Tracing.NONE))),
                        Expectation.atMost(0, lost)));
    }

    private static Series of(Map<Tracing, Series> series, Tracing tracing) {
        return series.getOrDefault(tracing, new Series(tracing.title(), "", List.of(Double.NaN)));
    }

    private static Map<Tracing, Series> series(String what, String unit, Map<Tracing, List<Double>> rounds) {
        Map<Tracing, Series> series = new EnumMap<>(Tracing.class);
        rounds.forEach(
                (tracing, values) -> series.put(tracing, new Series(what + " " + tracing.title(), unit, values)));
        return series;
    }

    private static long events(KafkaTopics topics) {
        return topics.endOffsets(Tracing.TOPIC).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("per second", Integer.toString(PER_SECOND));
        settings.put("partitions", Integer.toString(PARTITIONS));
        settings.put("events per message", "send, receive, process");
        settings.put("each run", SECONDS + " s");
        return settings;
    }
}
