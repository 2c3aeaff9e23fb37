/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition is completed: its lowest offset that is not, as a consumer commits the offset that it reads next.
 * Read by any thread; never blocks for long.
 */
public interface CompletedOffsets {

    /** Kafka has acknowledged everything that was made of the records below. */
    Map<TopicPartition, Long> acknowledged();

    /** The same, as of the last offsets that are durably stored: where a later start goes on, or behind that. */
    Map<TopicPartition, Long> durable();
}
