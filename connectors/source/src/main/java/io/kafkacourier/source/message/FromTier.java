/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Makes messages of records that were read from a tier, where {@link Outgoing#held} has put them. */
@FunctionalInterface
public interface FromTier {

    /**
     * The message in a record.
     *
     * @param refusal why it cannot go on; null if nothing is wrong with it
     */
    Outgoing message(ConsumerRecord<byte[], byte[]> record, @Nullable Refusal refusal);
}
