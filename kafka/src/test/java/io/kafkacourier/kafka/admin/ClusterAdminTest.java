/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static io.kafkacourier.kafka.admin.KafkaTopicLookupTest.describing;
import static io.kafkacourier.kafka.admin.KafkaTopicLookupTest.failed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class ClusterAdminTest {

    private static final Node NODE = new Node(1, "one", 9092);
    private static final Uuid ID = Uuid.randomUuid();

    private static final KafkaFuture<TopicDescription> ORDERS = KafkaFuture.completedFuture(new TopicDescription(
            "orders", false, List.of(new TopicPartitionInfo(0, NODE, List.of(NODE), List.of(NODE))), Set.of(), ID));

    @Test
    void findsTheTopicsThatExist() {
        try (ClusterAdmin admin = admin(Map.of("orders", ORDERS, "gone", gone()))) {
            assertThat(admin.topics(Clock.systemUTC()).find(List.of("orders", "gone")))
                    .containsExactly(new InputTopic("orders", ID.toString(), 1));
            assertThat(admin.progress().topicIds(List.of("orders", "gone"))).isEqualTo(Map.of("orders", ID.toString()));
        }
    }

    @Test
    void namesThePermissionThatIsMissing() {
        try (ClusterAdmin admin = admin(Map.of("secret", failed(new TopicAuthorizationException("no"))))) {
            TopicAdmin topics = admin.topics(Clock.systemUTC());

            assertThatExceptionOfType(AuthorizationException.class)
                    .isThrownBy(() -> topics.find(List.of("secret")))
                    .withMessage("the admin client (User:courier) lacks DESCRIBE on topic secret (no)");
        }
    }

    @Test
    void throwsTheFailureOfTheClusterIfNoPermissionIsMissing() {
        try (ClusterAdmin admin = admin(Map.of("orders", failed(new TimeoutException("late"))))) {
            TopicAdmin topics = admin.topics(Clock.systemUTC());

            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> topics.find(List.of("orders")))
                    .withMessage("late");
        }
    }

    private static KafkaFuture<TopicDescription> gone() {
        return failed(new UnknownTopicOrPartitionException());
    }

    private static ClusterAdmin admin(Map<String, KafkaFuture<TopicDescription>> descriptions) {
        return new ClusterAdmin(describing(descriptions), "the admin client (User:courier)");
    }
}
