/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * Creates topics that are missing when they are asked for, before anything is sent there: Connect's producer waits for a
 * missing topic for ever, and whether the worker creates topics cannot be known. Safe for use by several threads.
 */
public final class CreatingLookup implements TopicLookup {

    private final TopicLookup existing;
    private final Settings settings;
    private final Function<NewTopic, CompletableFuture<TargetTopic>> create;

    /** With which settings to create which topics. */
    @FunctionalInterface
    public interface Settings {

        /** The topic as it is to be created; null where it is not. */
        @Nullable
        NewTopic newTopic(String topic);
    }

    /**
     * @param existing asks for topics as they are
     * @param create starts to create a topic, and says what is known of it then
     */
    public CreatingLookup(
            TopicLookup existing, Settings settings, Function<NewTopic, CompletableFuture<TargetTopic>> create) {
        this.existing = existing;
        this.settings = settings;
        this.create = create;
    }

    @Override
    public CompletableFuture<TargetTopic> look(String topic) {
        return existing.look(topic)
                .thenCompose(found -> found instanceof TargetTopic.Absent ? create(topic) : known(found));
    }

    @Override
    public Map<String, String> ids(Collection<String> topics) {
        return existing.ids(topics);
    }

    private CompletableFuture<TargetTopic> create(String topic) {
        NewTopic missing = settings.newTopic(topic);
        return missing == null ? known(new TargetTopic.Absent()) : create.apply(missing);
    }

    private static CompletableFuture<TargetTopic> known(TargetTopic topic) {
        return CompletableFuture.completedFuture(topic);
    }
}
