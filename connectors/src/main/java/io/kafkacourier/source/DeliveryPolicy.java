/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.schedule.Policy;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** When a message is due, where it goes then, and what it loses on the way. */
public interface DeliveryPolicy extends Policy<ConsumerRecord<byte[], byte[]>> {

    /** Where the message goes; null where nobody said. */
    @Nullable
    Target target(MessageHeaders headers);

    /** Whether a header has done its work, and is not delivered. */
    boolean isSpent(String header);
}
