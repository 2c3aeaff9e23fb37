/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message that was read, and the drafts that may be sent for it. The policy makes it when it judges a record, with
 * everything that it found out, so that nothing is parsed twice. Apart from due times, this is where connectors differ. For
 * one thread at a time.
 */
public interface Outgoing {

    /** The record as it was read. */
    ConsumerRecord<byte[], byte[]> record();

    /** Why the record is refused without looking at its target; null if it is not. */
    @Nullable
    Refusal refusal();

    /** The target of the message when it is due; null if neither the message nor the configuration names one. */
    @Nullable
    Target target();

    /**
     * Why the message is refused now that it is due; null if it is not.
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
     * The draft for a tier, without the headers for its stay.
     *
     * @param dueMs when the message is due, epoch ms; 0 without a delay
     */
    Draft held(long dueMs);

    /**
     * The draft for the target.
     *
     * @param dueMs when the message was due, epoch ms; 0 without a delay
     */
    Draft delivered(long dueMs);

    /** The draft for the topic of refused messages. Its smallest form fits into any topic. */
    Draft refused(Refusal refusal);

    /** How many bytes a draft may be larger than the message, not counting origin and reason. */
    int mostAddedBytes();
}
