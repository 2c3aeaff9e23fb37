/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.kafka.admin.ClusterClock;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A cluster that answers at once, with the topics that a test defines. */
public final class FakeCluster implements TopicLookup {

    private final Map<String, TargetTopic> topics = new HashMap<>();
    private final List<List<String>> questions = new ArrayList<>();
    private long aheadMs;

    public FakeCluster(String... existing) {
        List.of(existing).forEach(topic -> topicIs(topic, TargetTopic.Present.WITH_DEFAULTS));
    }

    public void topicIs(String topic, TargetTopic answer) {
        topics.put(topic, answer);
    }

    /** A topic of one partition, which accepts no records. */
    public void topicIsBlocked(String topic) {
        topicIs(topic, TargetTopic.Present.WITH_DEFAULTS.with(1, Map.of(0, Obstacle.NO_LEADER)));
    }

    /** A topic that accepts records up to a size. */
    public void topicTakes(String topic, int maxMessageBytes) {
        topicIs(topic, new TargetTopic.Present(maxMessageBytes, false, Long.MAX_VALUE, 3_600_000));
    }

    /** By how much the clock of the worker is ahead of the clock of the cluster. */
    public void workerIsAheadMs(long ms) {
        aheadMs = ms;
    }

    /** The topics of each request to the cluster. */
    public List<List<String>> questions() {
        return questions;
    }

    @Override
    public ClusterClock clock() {
        return () -> aheadMs;
    }

    @Override
    public CompletableFuture<TargetTopic> look(String topic) {
        return CompletableFuture.completedFuture(topics.getOrDefault(topic, new TargetTopic.Absent()));
    }

    @Override
    public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> names) {
        questions.add(List.copyOf(names));
        return TopicLookup.super.look(names);
    }
}
