/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.bare;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** What every contender's clients are set to. */
public final class ClientSettings {

    /** The system property that says how producers compress; they do not where it is absent. */
    public static final String COMPRESSION = "benchmark.compression";

    /** Of the producers that write to targets. */
    public static final Map<String, String> PRODUCER = new TreeMap<>(Map.of(
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.BATCH_SIZE_CONFIG, "262144",
            ProducerConfig.BUFFER_MEMORY_CONFIG, "67108864",
            ProducerConfig.COMPRESSION_TYPE_CONFIG, System.getProperty(COMPRESSION, "none"),
            ProducerConfig.LINGER_MS_CONFIG, "5",
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "5"));

    /** Of the consumers that read inputs. */
    public static final Map<String, String> CONSUMER = new TreeMap<>(Map.of(
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000"));

    private ClientSettings() {}
}
