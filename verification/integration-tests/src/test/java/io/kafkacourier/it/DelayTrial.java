/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import io.kafkacourier.embedded.EmbeddedConnect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Two workers, a delay connector, an input whose messages have delays, and another input with a fixed delay. */
final class DelayTrial implements AutoCloseable {

    private static final String CONNECTOR = "delay";
    private static final String INPUT = "orders";
    private static final String FIXED_INPUT = "steps";
    private static final String TARGET = "orders.due";
    private static final String FIXED_TARGET = "steps.due";

    private static final String OFFSETS = "delay-offsets";

    private static final int PARTITIONS = 3;
    private static final int KEYS = 50;
    /** One message with a fixed delay is written for this many other messages. */
    private static final int FIXED_EVERY = 8;

    /**
     * The size of the trial.
     *
     * @param messages the number of messages with their own delays
     * @param maxDelayMs the longest of these delays, several times the horizon
     * @param pace the duration of the writes between two disturbances
     */
    record Size(int messages, int maxDelayMs, int horizonMs, int otherHorizonMs, int kills, Duration pace) {

        /** Longer than the horizon, so that the message waits in a topic and not in memory. */
        private int fixedDelayMs() {
            return 3 * horizonMs / 2;
        }

        /** No delay, delays within the horizon, at the horizon, and beyond. */
        private List<Integer> someDelaysMs() {
            return List.of(0, horizonMs / 3, horizonMs, horizonMs + 1, 2 * horizonMs, maxDelayMs / 2, maxDelayMs);
        }
    }

    /** The start of a disturbance. */
    private record Event(String name, long atMs) {}

    private final Size size;
    private final Random random = new Random(3);
    private final Cluster cluster;
    private final Map<String, String> config;
    private final Flow flow;
    private List<Integer> delaysMs = List.of();
    private int partitions = PARTITIONS;
    private final List<Event> events = new ArrayList<>();

    /**
     * Starts the connector.
     *
     * @param cluster closed with this
     * @param own additional options of the connector
     */
    DelayTrial(Cluster cluster, Size size, Map<String, String> own) {
        this.size = size;
        this.cluster = cluster;
        cluster.topics().create(PARTITIONS, INPUT, FIXED_INPUT);
        // the timestamp is the broker's time at the append of the due message, so an early message is always detected
        Map<String, String> stampedByTheBroker = Map.of("message.timestamp.type", "LogAppendTime");
        cluster.topics().create(TARGET, PARTITIONS, stampedByTheBroker);
        cluster.topics().create(FIXED_TARGET, PARTITIONS, stampedByTheBroker);
        config = DelayConnector.config(
                cluster,
                Map.of(
                        "topics",
                        INPUT,
                        "topic.delays",
                        FIXED_INPUT + "=" + size.fixedDelayMs() + "ms",
                        "target.topic",
                        TARGET,
                        "target.topics.allow",
                        FIXED_TARGET,
                        "horizon",
                        size.horizonMs() + "ms",
                        "delay.max",
                        "1h"));
        config.putAll(own);
        cluster.startConnector(CONNECTOR, config);
        flow = new Flow(
                cluster,
                CONNECTOR,
                "(orders|steps)(\\.due)?|delay\\.delay\\.[0-9]+s|invalid_delay",
                Set.of(TARGET, FIXED_TARGET),
                this::messages);
    }

    /** Messages of all delays flow while workers are killed, and each other disturbance happens once. */
    void runDisturbed() {
        run(disturbances());
    }

    /**
     * Messages of all delays flow while brokers and workers are killed in turn, leaders are elected and partitions
     * move.
     */
    void runFailovers() {
        Failovers failovers = new Failovers(cluster);
        List<Disturbance> all = new ArrayList<>(failovers.ofBrokers());
        all.add(failovers.leaderElection());
        all.addAll(failovers.ofWorkers());
        all.addAll(failovers.reassignments(List.of(INPUT, TARGET, OFFSETS)));
        run(all);
    }

    /** Messages of all delays flow while each broker is killed and restarted. */
    void runBrokerFailovers() {
        run(new Failovers(cluster).ofBrokers());
    }

    private void run(List<Disturbance> disturbances) {
        int slice = size.messages() / (disturbances.size() + 2);
        flow.go(slice, size.pace(), 0, "the start");
        for (Disturbance disturbance : disturbances) {
            disturbance.action().run();
            events.add(new Event(disturbance.name(), System.currentTimeMillis()));
            flow.go(slice, size.pace(), slice / 2, disturbance.name());
        }
        flow.go(size.messages() - flow.turns(), size.pace(), 0, "everything");
        cluster.awaitReady();
    }

    /** Messages of a few delays flow after the first slow seconds of the workers; nothing else happens. */
    void runUndisturbed() {
        delaysMs = List.of(0);
        int first = size.messages() / 10;
        flow.go(first, size.pace(), first, "the start");
        delaysMs = size.someDelaysMs();
        flow.go(size.messages() - first, size.pace().multipliedBy(5), 0, "the start");
    }

    /** The deliveries of the messages with their own delays and with the fixed delay, after all are finished. */
    Outcome outcome() {
        List<ConsumerRecord<byte[], byte[]>> records = flow.drain();
        return new Outcome(
                new Deliveries(records, INPUT, size.messages(), TARGET),
                new Deliveries(records, FIXED_INPUT, flow.written() - size.messages(), FIXED_TARGET));
    }

    record Outcome(Deliveries asked, Deliveries fixed) {}

    /** The latenesses of the messages that became due between each disturbance and the next, in one line each. */
    List<String> latenesses(Outcome outcome) {
        List<String> lines = new ArrayList<>();
        for (int event = 0; event < events.size(); event++) {
            long fromMs = events.get(event).atMs();
            long toMs = event + 1 < events.size() ? events.get(event + 1).atMs() : Long.MAX_VALUE;
            lines.add(events.get(event).name() + ": " + outcome.asked().latenesses(fromMs, toMs));
        }
        lines.add("all: " + outcome.asked().latenesses(0, Long.MAX_VALUE));
        return lines;
    }

    private List<ProducerRecord<byte[], byte[]>> messages(int turn) {
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
        int key = random.nextInt(KEYS);
        String keyText = "customer-" + key;
        messages.add(Messages.delayed(INPUT, key % partitions, turn, keyText, delayMs()));
        if (turn % FIXED_EVERY == 0) {
            ProducerRecord<byte[], byte[]> fixed = Messages.withFixedDelay(
                    FIXED_INPUT, key % PARTITIONS, size.messages() + turn, keyText, size.fixedDelayMs());
            fixed.headers().add("target_topic", Messages.bytes(FIXED_TARGET));
            messages.add(fixed);
        }
        return messages;
    }

    private int delayMs() {
        return delaysMs.isEmpty()
                ? random.nextInt(size.maxDelayMs() + 1)
                : delaysMs.get(random.nextInt(delaysMs.size()));
    }

    /** All kills, with the other disturbances evenly between them. */
    private List<Disturbance> disturbances() {
        List<Disturbance> others = List.of(
                new Disturbance("kill of the broker", this::killBroker),
                new Disturbance("pause and resume", this::pauseAndResume),
                new Disturbance("tasks.max=3", () -> change("tasks.max", "3")),
                new Disturbance("one more partition", () -> cluster.topics().addPartitions(INPUT, ++partitions)),
                new Disturbance("another horizon", () -> change("horizon", size.otherHorizonMs() + "ms")));
        List<Disturbance> all = new ArrayList<>();
        int other = 0;
        for (int kill = 1; kill <= size.kills(); kill++) {
            EmbeddedConnect victim =
                    cluster.workers().get(random.nextInt(cluster.workers().size()));
            boolean evenIfOthersAreDown = kill % 5 == 0;
            all.add(new Disturbance("kill " + kill + ", of " + victim.url(), () -> kill(victim, evenIfOthersAreDown)));
            for (; other < others.size() * kill / size.kills(); other++) {
                all.add(others.get(other));
            }
        }
        return all;
    }

    /**
     * Kills a ready worker and restarts it. If no worker is left and the offsets are in the shared topic, the first
     * restarted worker waits for a minute, until the transactions of its tasks have timed out.
     */
    private void kill(EmbeddedConnect worker, boolean evenIfOthersAreDown) {
        if (evenIfOthersAreDown) {
            worker.awaitReady();
        } else {
            cluster.awaitReady();
        }
        worker.kill();
        worker.launch();
    }

    private void killBroker() {
        cluster.awaitReady();
        cluster.kafka().kill();
        cluster.kafka().launch();
    }

    private void pauseAndResume() {
        cluster.awaitReady();
        cluster.rest().pauseConnector(CONNECTOR);
        cluster.awaitState(CONNECTOR, "PAUSED");
        flow.go(size.messages() / 100, size.pace(), 0, "pause");
        cluster.rest().resumeConnector(CONNECTOR);
    }

    private void change(String key, String value) {
        cluster.awaitReady();
        config.put(key, value);
        cluster.rest().putConnector(CONNECTOR, config);
    }

    @Override
    public void close() {
        flow.close();
        cluster.close();
    }
}
