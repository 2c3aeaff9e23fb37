/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kills each service with SIGKILL, and checks that it continues with its data. */
@Tag("soak")
class EmbeddedServicesIT {

    private static final Path DIRECTORY = Path.of("target/embedded-services-it");

    @Test
    void brokerAndWorkerContinueAfterAKill() throws Exception {
        try (EmbeddedKafka kafka = new EmbeddedKafka(DIRECTORY.resolve("kafka"))) {
            kafka.start();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                        .all()
                        .get();
            }
            kafka.kill();
            assertThat(kafka.isRunning()).isFalse();
            kafka.start();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                assertThat(admin.listTopics().names().get()).contains("kept");
            }

            Path plugins = Directories.create(DIRECTORY.resolve("plugins"));
            try (EmbeddedConnect connect =
                    new EmbeddedConnect("worker", kafka.bootstrapServers(), plugins, DIRECTORY.resolve("connect"))) {
                connect.start();
                connect.kill();
                assertThat(connect.isRunning()).isFalse();
                connect.start();
                assertThat(connect.rest().plugins()).isNotEmpty();
                connect.stop();
                assertThat(connect.isRunning()).isFalse();
            }
        }
    }

    @Test
    void clusterContinuesWhileABrokerIsDownAndAcceptsItAgain() {
        try (EmbeddedKafkaCluster cluster = new EmbeddedKafkaCluster(DIRECTORY.resolve("cluster"))) {
            cluster.start();
            try (KafkaTopics topics = new KafkaTopics(cluster.bootstrapServers())) {
                topics.create(3, "replicated");
                EmbeddedKafka leader = cluster.brokers().get(0);

                leader.kill();
                topics.sendAll(IntStream.range(0, 3)
                        .mapToObj(partition ->
                                new ProducerRecord<byte[], byte[]>("replicated", partition, null, new byte[] {1}))
                        .toList());
                assertThat(topics.isInSync()).isFalse();

                leader.start();
                await().atMost(Duration.ofMinutes(1)).until(topics::isInSync);
                topics.reassign("replicated", replicas -> replicas.subList(1, replicas.size()));
                await().atMost(Duration.ofMinutes(1)).until(topics::isInSync);
                topics.electPreferredLeaders();
                assertThat(topics.endOffsets("replicated"))
                        .hasSize(3)
                        .allSatisfy((partition, end) -> assertThat(end).isEqualTo(1));
            }
        }
    }

    @Test
    void elasticsearchContinuesAfterAKill() throws Exception {
        try (EmbeddedElasticsearch elasticsearch = new EmbeddedElasticsearch(DIRECTORY.resolve("elasticsearch"))) {
            elasticsearch.start();
            assertThat(elasticsearch
                            .http()
                            .send("PUT", "/kept/_doc/1", "{\"a\":1}")
                            .status())
                    .isEqualTo(201);

            elasticsearch.kill();
            assertThat(elasticsearch.isRunning()).isFalse();
            elasticsearch.start();

            assertThat(elasticsearch.http().get("/kept/_doc/1").status()).isEqualTo(200);
        }
    }
}
