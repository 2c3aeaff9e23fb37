/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.bare;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The client settings that all contenders share. */
public final class ClientSettings {

    /**
     * The system property that sets {@code compression.type} of the producers; if it is absent they do not compress.
     */
    public static final String COMPRESSION = "benchmark.compression";

    /** Settings of the producers that write to target topics. */
    public static final Map<String, String> PRODUCER = new TreeMap<>(Map.of(
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.BATCH_SIZE_CONFIG, "262144",
            ProducerConfig.BUFFER_MEMORY_CONFIG, "67108864",
            ProducerConfig.COMPRESSION_TYPE_CONFIG, System.getProperty(COMPRESSION, "none"),
            ProducerConfig.LINGER_MS_CONFIG, "5",
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "5"));

    /** Settings of the consumers that read input topics. */
    public static final Map<String, String> CONSUMER = new TreeMap<>(Map.of(
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000"));

    private ClientSettings() {}
}
