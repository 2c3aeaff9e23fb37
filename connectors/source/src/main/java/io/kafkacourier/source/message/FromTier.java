/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Makes messages from records of a tier, which {@link Outgoing#held} has made. */
@FunctionalInterface
public interface FromTier {

    /**
     * Makes the message from a record.
     *
     * @param refusal why it is refused; null if it is not
     */
    Outgoing message(ConsumerRecord<byte[], byte[]> record, @Nullable Refusal refusal);
}
