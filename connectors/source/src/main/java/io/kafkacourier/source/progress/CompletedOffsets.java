/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition is completed: its lowest pending offset, as a consumer commits the offset that it reads next. Any
 * thread may ask; never blocks for long.
 */
public interface CompletedOffsets {

    /** Kafka has acknowledged all records that were made of those below these offsets. */
    Map<TopicPartition, Long> acknowledged();

    /** The same, as of the last offsets that are durably stored: where a later start goes on, or behind that. */
    Map<TopicPartition, Long> durable();
}
