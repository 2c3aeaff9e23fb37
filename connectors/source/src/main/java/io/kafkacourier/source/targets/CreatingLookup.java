/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.kafka.admin.ClusterClock;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * Creates missing topics when they are looked up, before a record is sent to them: Connect's producer waits for a missing
 * topic forever, and the connector cannot know whether the worker creates topics. At most {@value #MOST_AT_ONCE} topics are
 * created at once, whatever messages name; for further ones the lookup returns no certain answer until they are looked up
 * again. Safe for use by several threads.
 */
public final class CreatingLookup implements TopicLookup {

    static final int MOST_AT_ONCE = 20;

    private final TopicLookup existing;
    private final Settings settings;
    private final Function<NewTopic, CompletableFuture<TargetTopic>> create;
    private final AtomicInteger creating = new AtomicInteger();

    /** The settings with which topics are created. */
    @FunctionalInterface
    public interface Settings {

        /** The topic as it should be created; null if it should not be. */
        @Nullable
        NewTopic newTopic(String topic);
    }

    /**
     * @param existing looks up topics as they are
     * @param create starts to create a topic, and completes with what is known of it then
     */
    public CreatingLookup(
            TopicLookup existing, Settings settings, Function<NewTopic, CompletableFuture<TargetTopic>> create) {
        this.existing = existing;
        this.settings = settings;
        this.create = create;
    }

    @Override
    public CompletableFuture<TargetTopic> look(String topic) {
        return orCreated(topic, existing.look(topic));
    }

    @Override
    public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
        Map<String, CompletableFuture<TargetTopic>> answers = new HashMap<>();
        existing.look(topics).forEach((topic, found) -> answers.put(topic, orCreated(topic, found)));
        return answers;
    }

    private CompletableFuture<TargetTopic> orCreated(String topic, CompletableFuture<TargetTopic> answer) {
        return answer.thenCompose(found -> found instanceof TargetTopic.Absent ? create(topic) : known(found));
    }

    @Override
    public CompletableFuture<Map<String, String>> ids(Collection<String> topics) {
        return existing.ids(topics);
    }

    @Override
    public ClusterClock clock() {
        return existing.clock();
    }

    private CompletableFuture<TargetTopic> create(String topic) {
        NewTopic missing = settings.newTopic(topic);
        if (missing == null) {
            return known(new TargetTopic.Absent());
        } else if (creating.incrementAndGet() > MOST_AT_ONCE) {
            creating.decrementAndGet();
            return known(new TargetTopic.Unsure(Obstacle.UNCONFIRMED));
        }
        try {
            return create.apply(missing).whenComplete((created, failure) -> creating.decrementAndGet());
        } catch (RuntimeException e) {
            creating.decrementAndGet();
            throw e;
        }
    }

    private static CompletableFuture<TargetTopic> known(TargetTopic topic) {
        return CompletableFuture.completedFuture(topic);
    }
}
