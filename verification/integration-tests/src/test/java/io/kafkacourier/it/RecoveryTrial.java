/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.embedded.ConnectRest;
import io.kafkacourier.embedded.EmbeddedConnect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Kills the only worker while messages flow, so that no other worker delivers them meanwhile. */
final class RecoveryTrial implements AutoCloseable {

    private static final String CONNECTOR = "delay";
    private static final String INPUT = "orders";
    private static final String TARGET = "orders.due";

    private static final int PARTITIONS = 3;
    private static final int HORIZON_MS = 2_000;
    /** Beyond the horizon, so that messages also wait in tiers. */
    private static final int MAX_DELAY_MS = 6_000;
    /** Enough messages that the worker is in a transaction most of the time. */
    private static final int PER_SECOND = 300;

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration FOR = Duration.ofSeconds(5);

    private final Random random = new Random(7);
    private final Cluster cluster;
    private final Map<String, String> config;
    private final Flow flow;
    private final List<Long> killedMs = new ArrayList<>();

    /**
     * Starts everything under {@code target/<name>}.
     *
     * @param own additional options of the connector
     */
    RecoveryTrial(String name, Map<String, String> own) {
        cluster = Cluster.start(name);
        cluster.topics().create(PARTITIONS, INPUT);
        cluster.topics().create(TARGET, PARTITIONS, Map.of("message.timestamp.type", "LogAppendTime"));
        config = DelayConnector.config(
                cluster,
                Map.of(
                        "topics",
                        INPUT,
                        "target.topic",
                        TARGET,
                        "target.topic.header",
                        "",
                        "horizon",
                        HORIZON_MS + "ms",
                        "delay.max",
                        "1h"));
        config.putAll(own);
        cluster.startConnector(CONNECTOR, config);
        flow = new Flow(
                cluster,
                CONNECTOR,
                "orders(\\.due)?|delay\\.delay\\.[0-9]+s|invalid_delay",
                Set.of(TARGET),
                this::message);
    }

    /** Writes messages for some seconds, and waits until half of them have arrived. */
    void flow(String after) {
        int turns = (int) (PER_SECOND * FOR.toSeconds());
        flow.go(turns, FOR, turns / 2, after);
    }

    /** Kills and restarts the worker, and writes messages. */
    void kill() {
        EmbeddedConnect worker = cluster.connect();
        worker.kill();
        killedMs.add(System.currentTimeMillis());
        worker.launch();
        flow("kill " + killedMs.size());
    }

    /** Stops the connector, moves its offsets to another topic, and resumes it, while messages are written. */
    void moveOffsets(String topic) {
        ConnectRest rest = cluster.rest();
        rest.stopConnector(CONNECTOR);
        flow.go(PER_SECOND, Duration.ofSeconds(1), 0, "the stop");
        await().atMost(LIMIT).until(() -> rest.states(CONNECTOR), List.of("STOPPED")::equals);
        List<JsonNode> offsets = rest.offsets(CONNECTOR);
        config.put("offsets.storage.topic", topic);
        rest.putConnector(CONNECTOR, config);
        rest.alterOffsets(CONNECTOR, offsets);
        rest.resumeConnector(CONNECTOR);
        cluster.awaitRunning(CONNECTOR);
    }

    /** The deliveries of all messages, after all are finished. */
    Deliveries deliveries() {
        return new Deliveries(flow.drain(), INPUT, flow.written(), TARGET);
    }

    /** The pause of deliveries after each kill: from the end of the worker to the next message. */
    List<Duration> recoveries(Deliveries deliveries) {
        return killedMs.stream().map(deliveries::untilNextArrival).toList();
    }

    private List<ProducerRecord<byte[], byte[]>> message(int turn) {
        int key = random.nextInt(50);
        return List.of(
                Messages.delayed(INPUT, key % PARTITIONS, turn, "customer-" + key, random.nextInt(MAX_DELAY_MS + 1)));
    }

    @Override
    public void close() {
        flow.close();
        cluster.close();
    }
}
