/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.InvalidBehavior;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.targets.TargetRules;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.ConnectException;

/** Makes the records for the topic of refused messages. For one thread at a time. */
public final class RefusedRecords {

    private final InvalidBehavior behavior;
    private final String topic;
    private final TargetRules rules;
    private final Fitting fitting;

    /** @param topic an existing topic */
    public RefusedRecords(InvalidBehavior behavior, String topic, TargetRules rules, Fitting fitting) {
        this.behavior = behavior;
        this.topic = topic;
        this.rules = rules;
        this.fitting = fitting;
    }

    /** The topic of refused messages. */
    String topic() {
        return topic;
    }

    /** Whether a message with that refusal is delivered at once instead. */
    boolean isDeliveredInstead(Refusal refusal) {
        return behavior == InvalidBehavior.DELIVER && refusal.isOfDueTime();
    }

    /**
     * The record for a refused message, as large as the topic accepts. It is stamped when it is sent, so that the topic's
     * retention counts from then on.
     *
     * @throws BlockedException if the topic accepts no records at the moment
     * @throws ConnectException if the task has to stop instead
     */
    TrackedRecord record(InputPartition input, Action<Outgoing> action, Refusal refusal) {
        Outgoing message = action.entry().message();
        ConsumerRecord<byte[], byte[]> record = message.record();
        if (behavior == InvalidBehavior.FAIL) {
            throw new ConnectException("Record " + input.topicPartition() + "@" + record.offset() + ": "
                    + refusal.detail() + " (" + refusal.reason() + ")");
        }
        TargetTopic.Present bounds = rules.requireTaker(topic);
        // the smallest form is sent even if it is too large for the topic
        Draft draft = fitting.fit(
                        message.refused(refusal), bounds, action.entry().bytes() + message.mostAddedBytes())
                .draft();
        return new TrackedRecord(
                input,
                action,
                RecordKind.REFUSED,
                refusal.reason(),
                topic,
                bounds.openIfBlocked(record.partition()),
                draft.key(),
                draft.value(),
                null,
                draft.headers());
    }
}
