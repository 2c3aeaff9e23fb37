/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message that was read, and what may be sent for it. The policy that judges a record makes it, with all that it found out,
 * so that only a message that was held in memory is read a second time. This is where connectors differ, apart from due times. For one thread at a time.
 */
public interface Outgoing {

    /** The record as it was read. */
    ConsumerRecord<byte[], byte[]> record();

    /** Why the record alone shows that it cannot go where and when it should; null if it does not. */
    @Nullable
    Refusal refusal();

    /** Where the message goes when it is due; null if neither it nor the configuration names a target. */
    @Nullable
    Target target();

    /**
     * Why the message is not delivered after all, now that it is due; null if it is.
     *
     * @param nowMs epoch ms
     */
    @Nullable
    Refusal refusalWhenDue(long nowMs);

    /** Drops whatever can be read again from the record, as the message is held in memory from now on. */
    void compact();

    /** Which attempt the message waits for, from 1; 0 for its first delivery. */
    int attempt();

    /**
     * What goes to a tier, apart from the headers that say how long it stays.
     *
     * @param dueMs when the message is due, epoch ms; 0 without a delay
     */
    Draft held(long dueMs);

    /**
     * What goes to the target.
     *
     * @param dueMs when the message was due, epoch ms; 0 without a delay
     */
    Draft delivered(long dueMs);

    /** What goes to the topic of refused messages. The smallest form fits into any topic. */
    Draft refused(Refusal refusal);

    /** How many bytes more than the message one of these takes at most, apart from its origin and a reason. */
    int mostAddedBytes();
}
