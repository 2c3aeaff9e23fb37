/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the real side producer. */
final class KafkaProducerFactory implements ProducerFactory {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaProducerFactory.class);

    private static final short REPLICATION_OF_THE_BROKER = -1;
    private static final Duration RETENTION = Duration.ofDays(7);
    private static final Duration CREATE_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Large batches, and short timeouts so that closing is quick. Without idempotence the producer needs only WRITE; an
     * event that arrives twice has the same id.
     */
    private static final Map<String, Object> DEFAULTS = Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            false,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "zstd",
            // events are so similar that a higher level makes them larger: 5.5 to 1 at the default level 3, 6.1 to 1 at
            // 1
            ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG,
            1,
            ProducerConfig.LINGER_MS_CONFIG,
            100,
            ProducerConfig.BATCH_SIZE_CONFIG,
            128 * 1024,
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            16L * 1024 * 1024,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            2_000L);

    private final EmitterSettings settings;

    KafkaProducerFactory(EmitterSettings settings) {
        this.settings = settings;
    }

    @Override
    public Producer<byte[], byte[]> open() throws InterruptedException {
        createTopicIfMissing();
        Map<String, Object> properties = new HashMap<>(DEFAULTS);
        properties.putAll(settings.clientProperties());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private void createTopicIfMissing() throws InterruptedException {
        NewTopic topic = new NewTopic(
                        settings.topic(), Optional.of(settings.partitions()), Optional.of(REPLICATION_OF_THE_BROKER))
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(RETENTION.toMillis()),
                        TopicConfig.COMPRESSION_TYPE_CONFIG,
                        "zstd"));
        Map<String, Object> properties = new HashMap<>(settings.clientProperties());
        properties.keySet().removeIf(KafkaProducerFactory::isForProducersAlone);
        CreateTopicsOptions options = new CreateTopicsOptions().timeoutMs((int) CREATE_TIMEOUT.toMillis());
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(List.of(topic), options).all().get();
            LOG.info("Created trace topic {}", settings);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException retriable) {
                throw retriable;
            } else if (!(e.getCause() instanceof TopicExistsException)) {
                LOG.warn(
                        "Trace topic {} could not be created; events are sent to it nevertheless",
                        settings,
                        e.getCause());
            }
        }
    }

    private static boolean isForProducersAlone(String property) {
        return ProducerConfig.configNames().contains(property)
                && !AdminClientConfig.configNames().contains(property);
    }
}
