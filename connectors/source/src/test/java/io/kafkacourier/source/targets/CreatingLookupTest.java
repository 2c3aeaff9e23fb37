/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.Test;

class CreatingLookupTest {

    private static final TargetTopic PRESENT = TargetTopic.Present.WITH_DEFAULTS;
    private static final TargetTopic ABSENT = new TargetTopic.Absent();
    private static final NewTopic NEW = new NewTopic("out", Optional.empty(), Optional.empty());

    private final List<NewTopic> created = new ArrayList<>();
    private CompletableFuture<TargetTopic> found = CompletableFuture.completedFuture(ABSENT);
    private final CreatingLookup lookup =
            new CreatingLookup(topic -> found, topic -> topic.equals("out") ? NEW : null, topic -> {
                created.add(topic);
                return CompletableFuture.completedFuture(PRESENT);
            });

    @Test
    void createsMissingTopics() {
        assertThat(lookup.look("out")).isCompletedWithValue(PRESENT);
        assertThat(created).containsExactly(NEW);
    }

    @Test
    void doesNotCreateTopicsThatMayNotBeCreated() {
        assertThat(lookup.look("other")).isCompletedWithValue(ABSENT);
        assertThat(created).isEmpty();
    }

    @Test
    void createsNoTopicThatExistsOrCannotBeSeen() {
        found = CompletableFuture.completedFuture(PRESENT);
        assertThat(lookup.look("out")).isCompletedWithValue(PRESENT);
        found = CompletableFuture.completedFuture(new TargetTopic.Denied());
        assertThat(lookup.look("out")).isCompletedWithValue(new TargetTopic.Denied());
        found = CompletableFuture.failedFuture(new DisconnectException());
        assertThat(lookup.look("out")).isCompletedExceptionally();

        assertThat(created).isEmpty();
    }

    @Test
    void createsNoMoreThanAFewAtOnce() {
        List<CompletableFuture<TargetTopic>> creations = new ArrayList<>();
        CreatingLookup all =
                new CreatingLookup(topic -> CompletableFuture.completedFuture(ABSENT), topic -> NEW, topic -> {
                    CompletableFuture<TargetTopic> creation = new CompletableFuture<>();
                    creations.add(creation);
                    return creation;
                });
        List<String> names = IntStream.range(0, 1_000).mapToObj(i -> "out" + i).toList();

        assertThat(all.look(names).values().stream()
                        .filter(CompletableFuture::isDone)
                        .map(CompletableFuture::join))
                .hasSize(1_000 - CreatingLookup.MOST_AT_ONCE)
                .containsOnly(new TargetTopic.Unsure(Obstacle.UNCONFIRMED));
        assertThat(creations).hasSize(CreatingLookup.MOST_AT_ONCE);

        creations.get(0).complete(PRESENT);
        creations.get(1).completeExceptionally(new DisconnectException());
        all.look(names);
        assertThat(creations).hasSize(CreatingLookup.MOST_AT_ONCE + 2);
    }
}
