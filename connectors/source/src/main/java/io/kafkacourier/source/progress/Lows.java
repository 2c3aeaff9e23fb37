/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** The lowest offset of each partition that is not done with. Asked by any thread; never blocks for long. */
public interface Lows {

    /** With what is below, Kafka has all that came of it. */
    Map<TopicPartition, Long> done();

    /** The same, as of the last offsets that are durably stored: where a later start goes on, or behind that. */
    Map<TopicPartition, Long> durable();
}
