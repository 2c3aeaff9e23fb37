/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class KafkaTopicLookupTest {

    @Test
    void usesKafkasDefaultsForSettingsThatABrokerDoesNotReport() {
        Config olderBroker = new Config(List.of(
                new ConfigEntry("max.message.bytes", "2000000"), new ConfigEntry("cleanup.policy", "compact,delete")));

        assertThat(TopicSettings.bounds(olderBroker))
                .isEqualTo(new TargetTopic.Present(
                        2_000_000,
                        true,
                        TargetTopic.Present.WITH_DEFAULTS.maxAgeMs(),
                        TargetTopic.Present.WITH_DEFAULTS.maxAheadMs()));
    }

    @Test
    void usesTheSettingsThatTheBrokerReports() {
        Config reported = new Config(List.of(
                new ConfigEntry("max.message.bytes", "1000"),
                new ConfigEntry("cleanup.policy", "delete"),
                new ConfigEntry("message.timestamp.before.max.ms", "7"),
                new ConfigEntry("message.timestamp.after.max.ms", "8"),
                new ConfigEntry("compression.type", "gzip"),
                new ConfigEntry("compression.gzip.level", "1"),
                new ConfigEntry("compression.zstd.level", "3")));

        assertThat(TopicSettings.bounds(reported))
                .isEqualTo(new TargetTopic.Present(
                        1_000, false, 7, 8, new TargetTopic.Compression("gzip", 1), true, 0, Map.of()));
    }

    @Test
    void findsThePartitionsThatAcceptNoRecords() {
        Node one = new Node(1, "one", 9092);
        Node two = new Node(2, "two", 9092);
        List<TopicPartitionInfo> partitions = List.of(
                new TopicPartitionInfo(0, one, List.of(one, two), List.of(one, two)),
                new TopicPartitionInfo(1, null, List.of(one, two), List.of()),
                new TopicPartitionInfo(2, Node.noNode(), List.of(one, two), List.of()),
                new TopicPartitionInfo(3, one, List.of(one, two), List.of(one)),
                new TopicPartitionInfo(4, one, List.of(one), List.of(one)));

        assertThat(KafkaTopicLookup.obstacles(partitions, 2, true))
                .isEqualTo(Map.of(1, Obstacle.NO_LEADER, 2, Obstacle.NO_LEADER, 3, Obstacle.UNDER_MIN_ISR));
        assertThat(KafkaTopicLookup.obstacles(partitions, 1, true)).containsOnlyKeys(1, 2);
        assertThat(KafkaTopicLookup.obstacles(partitions, 2, false))
                .as("for a producer that does not wait for replicas")
                .containsOnlyKeys(1, 2);
    }

    @Test
    void usesTheBoundOfBothSidesBeforeKafka36() {
        Config older = new Config(List.of(new ConfigEntry("message.timestamp.difference.max.ms", "9")));

        assertThat(TopicSettings.bounds(older))
                .isEqualTo(new TargetTopic.Present(
                        1_048_588, false, 9, 9, TargetTopic.Compression.BY_PRODUCER, true, 0, Map.of()));
    }

    @Test
    void usesTheBoundOfBothSidesIfTheBoundOfOneSideIsUnlimited() {
        Config reported = new Config(List.of(
                new ConfigEntry("message.timestamp.difference.max.ms", "9"),
                new ConfigEntry("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE)),
                new ConfigEntry("message.timestamp.after.max.ms", "8")));

        assertThat(TopicSettings.bounds(reported))
                .isEqualTo(new TargetTopic.Present(
                        1_048_588, false, 9, 8, TargetTopic.Compression.BY_PRODUCER, true, 0, Map.of()));
    }

    @Test
    void returnsTheIdsOfTopicsThatExist() {
        Uuid id = Uuid.randomUuid();
        try (ClusterAdmin admin = admin(describing(Map.of(
                "orders",
                KafkaFuture.completedFuture(new TopicDescription("orders", false, List.of(), Set.of(), id)),
                "gone",
                failed(new UnknownTopicOrPartitionException()))))) {
            assertThat(lookup(admin).ids(Set.of("orders", "gone")))
                    .isCompletedWithValue(Map.of("orders", id.toString()));
        }
    }

    @Test
    void returnsTheOtherIdsIfATopicMayNotBeDescribed() {
        Uuid id = Uuid.randomUuid();
        try (ClusterAdmin admin = admin(describing(Map.of(
                "orders",
                KafkaFuture.completedFuture(new TopicDescription("orders", false, List.of(), Set.of(), id)),
                "secret",
                failed(new TopicAuthorizationException("no")))))) {
            assertThat(lookup(admin).ids(Set.of("orders", "secret")))
                    .isCompletedWithValue(Map.of("orders", id.toString()));
        }
    }

    @Test
    void returnsNoIdsIfTheClusterDoesNotAnswer() {
        try (ClusterAdmin admin = admin(describing(Map.of("orders", failed(new TimeoutException("late")))))) {
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() ->
                            Patience.forEach(Duration.ZERO).get(lookup(admin).ids(Set.of("orders"))))
                    .withMessage("late");
        }
    }

    static KafkaFuture<TopicDescription> failed(KafkaException failure) {
        KafkaFutureImpl<TopicDescription> future = new KafkaFutureImpl<>();
        future.completeExceptionally(failure);
        return future;
    }

    /** A cluster with these answers to a description of its topics. */
    static Admin describing(Map<String, KafkaFuture<TopicDescription>> descriptions) {
        return new ForwardingAdmin(Map.of("bootstrap.servers", "localhost:9")) {
            @Override
            public DescribeTopicsResult describeTopics(TopicCollection topics, DescribeTopicsOptions options) {
                return new DescribeTopicsResult(null, descriptions) {};
            }
        };
    }

    @Test
    void assumesThatWritingIsAllowedUnlessTheBrokerReportsOtherwise() {
        assertThat(KafkaTopicLookup.mayWrite(null)).isTrue();
        assertThat(KafkaTopicLookup.mayWrite(Set.of())).isTrue();
        assertThat(KafkaTopicLookup.mayWrite(Set.of(AclOperation.DESCRIBE, AclOperation.WRITE)))
                .isTrue();
        assertThat(KafkaTopicLookup.mayWrite(Set.of(AclOperation.DESCRIBE, AclOperation.READ)))
                .isFalse();
    }

    private static ClusterAdmin admin(Admin client) {
        return new ClusterAdmin(client, "the admin client (User:courier)");
    }

    private static KafkaTopicLookup lookup(ClusterAdmin admin) {
        return admin.lookup(true, Clock.systemUTC());
    }
}
