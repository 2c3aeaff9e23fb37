/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Three Kafka brokers in KRaft mode. Each is also a controller, so that the cluster works while one broker is down. By
 * default every topic has three replicas, two of which must be in sync for a write. Heaps are small. Not safe for use
 * by several threads at once.
 */
public final class EmbeddedKafkaCluster implements AutoCloseable {

    private static final int BROKERS = 3;
    private static final String REPLICAS = Integer.toString(BROKERS);
    private static final String IN_SYNC = Integer.toString(BROKERS - 1);

    private static final Map<String, String> REPLICATION = Map.ofEntries(
            Map.entry("default.replication.factor", REPLICAS),
            Map.entry("min.insync.replicas", IN_SYNC),
            Map.entry("offsets.topic.replication.factor", REPLICAS),
            Map.entry("transaction.state.log.replication.factor", REPLICAS),
            Map.entry("transaction.state.log.min.isr", IN_SYNC),
            Map.entry("share.coordinator.state.topic.replication.factor", REPLICAS),
            Map.entry("share.coordinator.state.topic.min.isr", IN_SYNC));

    private final List<EmbeddedKafka> brokers;

    /** Creates brokers with their data and logs in folders of {@code directory}, which are emptied now. */
    public EmbeddedKafkaCluster(Path directory) {
        Uuid clusterId = Uuid.randomUuid();
        brokers = IntStream.rangeClosed(1, BROKERS)
                .mapToObj(id -> new EmbeddedKafka(directory.resolve("kafka-" + id), id, clusterId))
                .toList();
        String voters = brokers.stream().map(EmbeddedKafka::voter).collect(joining(","));
        brokers.forEach(broker -> broker.with(REPLICATION)
                .with(Map.of("controller.quorum.voters", voters))
                .withJvmOptions("-Xms128m", "-Xmx384m"));
    }

    /** Adds or replaces settings of every broker, from its first start on. */
    public EmbeddedKafkaCluster with(Map<String, String> brokerSettings) {
        brokers.forEach(broker -> broker.with(brokerSettings));
        return this;
    }

    /** The brokers in the order of their numbers; each can be killed and restarted separately. */
    public List<EmbeddedKafka> brokers() {
        return brokers;
    }

    /** The addresses of all brokers, so that a client finds the cluster while one is down. */
    public String bootstrapServers() {
        return brokers.stream().map(EmbeddedKafka::bootstrapServers).collect(joining(","));
    }

    /** Starts the brokers and returns when all of them are ready. */
    public void start() {
        brokers.forEach(EmbeddedKafka::launch);
        brokers.forEach(EmbeddedKafka::awaitReady);
    }

    @Override
    public void close() {
        brokers.forEach(EmbeddedKafka::close);
    }
}
