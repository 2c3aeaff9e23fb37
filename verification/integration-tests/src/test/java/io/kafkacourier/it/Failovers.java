/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Failures of a cluster of several brokers in production. A killed broker stays down until the next disturbance, so
 * that the others must take over. No broker is killed before all replicas are in sync again, because a second loss
 * would stop the writes of any cluster of three.
 */
final class Failovers {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Cluster cluster;

    Failovers(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Each broker is killed and restarted, one after the other. */
    List<Disturbance> ofBrokers() {
        List<Disturbance> all = new ArrayList<>();
        for (EmbeddedKafka broker : cluster.brokers()) {
            all.add(killOf(broker));
            all.add(new Disturbance("broker " + broker.nodeId() + " is back", broker::launch));
        }
        return all;
    }

    /** Kills the broker when all its data is replicated. */
    private Disturbance killOf(EmbeddedKafka broker) {
        return new Disturbance("broker " + broker.nodeId() + " is killed", () -> {
            awaitInSync();
            broker.kill();
        });
    }

    /** Each worker is killed and restarted at once. */
    List<Disturbance> ofWorkers() {
        return cluster.workers().stream().map(this::killOf).toList();
    }

    private Disturbance killOf(EmbeddedConnect worker) {
        return new Disturbance("worker " + (cluster.workers().indexOf(worker) + 1) + " is killed", () -> {
            cluster.awaitReady();
            worker.kill();
            worker.launch();
        });
    }

    /** The preferred leaders become leaders again. */
    Disturbance leaderElection() {
        return new Disturbance("preferred leaders are elected", () -> {
            awaitInSync();
            cluster.topics().electPreferredLeaders();
        });
    }

    /**
     * Each partition of the topics loses a replica, and then gets it back as its leader. So its data must be copied,
     * and its producers must find another broker.
     */
    List<Disturbance> reassignments(List<String> topics) {
        return List.of(
                new Disturbance("a replica of each partition is removed", () -> {
                    awaitInSync();
                    topics.forEach(topic ->
                            cluster.topics().reassign(topic, replicas -> replicas.subList(0, replicas.size() - 1)));
                }),
                new Disturbance("partitions move to other leaders", () -> {
                    awaitInSync();
                    topics.forEach(topic -> cluster.topics().reassign(topic, this::withTheMissingFirst));
                    awaitInSync();
                    cluster.topics().electPreferredLeaders();
                }));
    }

    private List<Integer> withTheMissingFirst(List<Integer> replicas) {
        List<Integer> all = new ArrayList<>(
                cluster.brokers().stream().map(EmbeddedKafka::nodeId).toList());
        all.removeAll(replicas);
        all.addAll(replicas);
        return Collections.unmodifiableList(all);
    }

    private void awaitInSync() {
        cluster.awaitReady();
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> cluster.topics().isInSync());
    }
}
