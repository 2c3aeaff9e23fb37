/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class MaintenanceTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition TIER = new TopicPartition("delay.delay.16s", 0);

    /** Answers every request successfully. */
    private static class Cluster implements ProgressAdmin {

        @Override
        public Outcome alterGroup(String group, Map<TopicPartition, Long> offsets) {
            return new Outcome(offsets, null);
        }

        @Override
        public Outcome deleteBelow(Map<TopicPartition, Long> offsets) {
            return new Outcome(offsets, null);
        }

        @Override
        public Outcome ends(Collection<TopicPartition> partitions) {
            return new Outcome(Map.of(ORDERS, 9L), null);
        }

        @Override
        public Outcome logEnds(Collection<TopicPartition> partitions) {
            return new Outcome(Map.of(ORDERS, 9L), null);
        }

        @Override
        public Map<String, String> topicIds(Collection<String> topics) {
            return Map.of("orders", "id", "delay.delay.16s", "id");
        }
    }

    private static final CompletedOffsets COMPLETED = new CompletedOffsets() {
        @Override
        public Map<TopicPartition, Long> acknowledged() {
            return Map.of(ORDERS, 5L, TIER, 4L);
        }

        @Override
        public Map<TopicPartition, Long> durable() {
            return Map.of(ORDERS, 3L, TIER, 2L);
        }
    };

    @Test
    void mirrorsDoneProgressTrimsDurableProgressAndLooksUpEndsOnceForEachFailure() {
        AtomicInteger mirrored = new AtomicInteger();
        AtomicInteger trimmed = new AtomicInteger();
        Cluster cluster = new Cluster() {
            @Override
            public Outcome alterGroup(String group, Map<TopicPartition, Long> offsets) {
                assertThat(offsets).isEqualTo(COMPLETED.acknowledged());
                if (mirrored.incrementAndGet() == 1) {
                    throw new TimeoutException("once");
                }
                return super.alterGroup(group, offsets);
            }

            @Override
            public Outcome deleteBelow(Map<TopicPartition, Long> offsets) {
                assertThat(offsets).isEqualTo(Map.of(TIER, 2L));
                trimmed.incrementAndGet();
                return super.deleteBelow(offsets);
            }
        };
        try (Maintenance maintenance = start("maintenance-of-one", cluster)) {
            await().untilAsserted(() -> assertThat(mirrored).hasValue(2));
            assertThat(trimmed).hasValue(1);
            assertThat(maintenance.ends()).isEqualTo(Map.of(ORDERS, 9L));
            assertThat(maintenance.jobs())
                    .extracting(MaintenanceJob::name)
                    .containsExactly("ids", "ends", "mirror", "trim");
            assertThat(maintenance.jobs()).extracting(MaintenanceJob::failures).containsExactly(0L, 0L, 1L, 0L);
        }
    }

    @Test
    void looksUpTheIdsOfInputsAndTiersAndKeepsThoseThatItFoundLast() {
        AtomicInteger asked = new AtomicInteger();
        try (Maintenance maintenance = start("maintenance-of-ids", new Cluster() {
            @Override
            public Map<String, String> topicIds(Collection<String> topics) {
                assertThat(topics).contains("delay.delay.16s");
                if (topics.contains("orders") && asked.incrementAndGet() > 1) {
                    throw new TimeoutException("no more");
                }
                return super.topicIds(topics);
            }
        })) {
            await().untilAsserted(() -> assertThat(asked).hasValueGreaterThan(2));

            assertThat(maintenance.topicIds()).isEqualTo(Map.of("orders", "id", "delay.delay.16s", "id"));
            assertThat(maintenance.jobs())
                    .filteredOn(job -> job.name().equals("ids"))
                    .singleElement()
                    .satisfies(job -> assertThat(job.failures()).isPositive());
        }
    }

    @Test
    void leavesNoThreadThoughTheClusterDoesNotAnswer() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Maintenance maintenance = start("maintenance-without-answer", new Cluster() {
            @Override
            public Outcome ends(Collection<TopicPartition> partitions) {
                asked.countDown();
                try {
                    never.await();
                    return super.ends(partitions);
                } catch (InterruptedException e) {
                    throw new InterruptException(e);
                }
            }
        });
        asked.await();

        long startedNanos = System.nanoTime();
        maintenance.close();

        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(Maintenance.PATIENCE.multipliedBy(2));
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("maintenance-without-answer")));
        assertThat(maintenance.jobs()).extracting(MaintenanceJob::failures).containsOnly(0L);
    }

    private static Maintenance start(String name, ProgressAdmin cluster) {
        return Maintenance.start(
                name,
                cluster,
                "courier-delay",
                new Assignment(
                        List.of(ORDERS, TIER),
                        Map.of("orders", "id", "delay.delay.16s", "id"),
                        Map.of("delay.delay.16s", 1)),
                COMPLETED,
                Clock.systemUTC(),
                Duration.ofMillis(1));
    }
}
