/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.schedule.Refusal;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Where messages go and with which headers: what connectors differ in beyond due times. A message comes from an input, as
 * somebody wrote it, or from a tier, as {@link #held} made it.
 */
public interface Dispatch {

    /** Where a message goes when it is due; null where nobody said. */
    @Nullable
    Target target(ConsumerRecord<byte[], byte[]> message, boolean fromTier);

    /**
     * Why a message that is due is not delivered after all; null where nothing stands against it.
     *
     * @param nowMs epoch ms
     */
    @Nullable
    Refusal refuse(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long nowMs);

    /**
     * What goes to a tier, but for the headers that say until when.
     *
     * @param dueMs when it is due, epoch ms
     */
    Draft held(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long dueMs);

    /**
     * What is delivered.
     *
     * @param dueMs when it was due, epoch ms; 0 without a delay
     */
    Draft delivered(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long dueMs);

    /** What goes to the topic of refused ones. The smallest form of it fits into any topic. */
    Draft refused(ConsumerRecord<byte[], byte[]> message, boolean fromTier, Refusal refusal);

    /** How many bytes more than its message one of these takes at most, beyond where the message first was and a reason. */
    int mostAddedBytes();
}
