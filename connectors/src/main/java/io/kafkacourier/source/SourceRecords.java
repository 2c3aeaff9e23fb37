/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.header.HeaderNames;
import io.kafkacourier.core.header.KafkaMessageHeaders;
import io.kafkacourier.core.record.RecordKind;
import io.kafkacourier.kafka.TargetTopic;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes of each action the source record that carries it out: to the target of the message, to a tier, or to the refused
 * ones.
 */
public final class SourceRecords {

    private static final Refusal NO_TARGET =
            new Refusal(Reason.NO_TARGET, "names no target, and neither does the configuration (target.topic)");

    private final DeliveryPolicy policy;
    private final TargetRules rules;
    private final TierPlaces tiers;
    private final InvalidBehavior invalidBehavior;
    private final String invalidTopic;
    private final boolean stampDueTime;
    private final Clock clock;

    /**
     * @param tiers where the tiers are
     * @param invalidTopic where refused records go; has to exist
     * @param stampDueTime whether a message that was delayed gets its due time as record timestamp
     */
    public SourceRecords(
            DeliveryPolicy policy,
            TargetRules rules,
            TierPlaces tiers,
            InvalidBehavior invalidBehavior,
            String invalidTopic,
            boolean stampDueTime,
            Clock clock) {
        this.policy = policy;
        this.rules = rules;
        this.tiers = tiers;
        this.invalidBehavior = invalidBehavior;
        this.invalidTopic = invalidTopic;
        this.stampDueTime = stampDueTime;
        this.clock = clock;
    }

    /**
     * The record that carries out an action.
     *
     * @throws RetriableException where the cluster has not answered yet
     * @throws ConnectException where the record is refused and the task is to stop then
     */
    SourceRecord carryOut(InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action) {
        if (action instanceof Action.Refuse<ConsumerRecord<byte[], byte[]>> refuse && !isToBeDelivered(refuse)) {
            return refused(input, action, refuse.refusal());
        }
        ConsumerRecord<byte[], byte[]> message = action.entry().record();
        Target target = policy.target(new KafkaMessageHeaders(message.headers()));
        if (target == null) {
            return refused(input, action, NO_TARGET);
        } else if (action instanceof Action.Hop<ConsumerRecord<byte[], byte[]>> hop) {
            return hop(input, hop, target);
        }
        TargetRules.Verdict verdict = rules.judge(target, message.key() != null);
        return verdict instanceof TargetRules.Verdict.Yes yes
                ? delivered(input, action, target.topic(), yes.topic())
                : refused(input, action, ((TargetRules.Verdict.No) verdict).refusal());
    }

    private boolean isToBeDelivered(Action.Refuse<?> refuse) {
        return invalidBehavior == InvalidBehavior.DELIVER
                && refuse.refusal().reason().isTiming();
    }

    /** To a tier; or to the refused ones, where no cluster and no later time will allow the target. */
    private SourceRecord hop(InputPartition input, Action.Hop<ConsumerRecord<byte[], byte[]>> hop, Target target) {
        Refusal refusal = rules.refuseName(target);
        if (refusal != null) {
            return refused(input, hop, refusal);
        }
        ConsumerRecord<byte[], byte[]> message = hop.entry().record();
        TopicPartition place = tiers.find(hop.tier(), message.partition());
        TargetTopic.Present tier = rules.requireTaker(place.topic());
        ConnectHeaders headers = OutgoingHeaders.of(message, name -> !isOurs(name));
        OutgoingHeaders.add(
                headers, HeaderNames.HOP_DUE, Long.toString(hop.entry().dueMs()));
        OutgoingHeaders.add(headers, HeaderNames.HOP_RELEASE, Long.toString(hop.releaseMs()));
        SourceRecord stay = new TrackedRecord(
                input,
                hop,
                RecordKind.HOP,
                null,
                place.topic(),
                place.partition(),
                message.key(),
                message.value(),
                message.timestamp() < 0 ? null : message.timestamp(),
                headers);
        Refusal tooLarge = rules.refuseTooLarge(stay, tier, hop.entry().bytes());
        return tooLarge == null ? stay : refused(input, hop, tooLarge);
    }

    /** To its target; or to the refused ones, where it is too large. */
    private SourceRecord delivered(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            String topic,
            TargetTopic.Present bounds) {
        ConsumerRecord<byte[], byte[]> message = action.entry().record();
        SourceRecord delivered = new TrackedRecord(
                input,
                action,
                RecordKind.MESSAGE,
                null,
                topic,
                null,
                message.key(),
                message.value(),
                timestamp(action, bounds),
                OutgoingHeaders.of(message, name -> !isOurs(name) && !policy.isSpent(name)));
        Refusal tooLarge =
                rules.refuseTooLarge(delivered, bounds, action.entry().bytes());
        return tooLarge == null ? delivered : refused(input, action, tooLarge);
    }

    /**
     * The due time that was kept, which is never before the message itself, or else the message's own; as far as the topic
     * takes it. Null, so that the producer's clock counts, where the message has none.
     */
    private @Nullable Long timestamp(Action<ConsumerRecord<byte[], byte[]>> action, TargetTopic.Present topic) {
        long ownMs = action.entry().record().timestamp();
        if (ownMs < 0) {
            return null;
        }
        boolean isDue = stampDueTime && action instanceof Action.Deliver;
        return topic.takenTimestampMs(isDue ? Math.max(action.entry().dueMs(), ownMs) : ownMs, clock.millis());
    }

    /**
     * A record for the topic of refused ones. It is stamped when it is sent, so that retention does not take it for old;
     * where it is too large even for that topic, the value is left out, and then everything that is not ours.
     */
    private SourceRecord refused(InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action, Refusal refusal) {
        ConsumerRecord<byte[], byte[]> message = action.entry().record();
        if (invalidBehavior == InvalidBehavior.FAIL) {
            throw new ConnectException("Record " + input.topicPartition() + "@" + message.offset() + ": "
                    + refusal.detail() + " (" + refusal.reason() + ")");
        }
        TargetTopic.Present bounds = rules.requireTaker(invalidTopic);
        int bytes = action.entry().bytes();
        ConnectHeaders headers = OutgoingHeaders.of(message, name -> !isOurs(name));
        addReason(headers, message, refusal);
        SourceRecord whole = refused(input, action, refusal.reason(), message.key(), message.value(), headers);
        if (rules.refuseTooLarge(whole, bounds, bytes) == null) {
            return whole;
        }
        SourceRecord withoutValue = refused(input, action, refusal.reason(), message.key(), null, headers);
        if (rules.refuseTooLarge(withoutValue, bounds, bytes) == null) {
            return withoutValue;
        }
        ConnectHeaders pointer = OutgoingHeaders.pointer(message);
        addReason(pointer, message, refusal);
        return refused(input, action, refusal.reason(), null, null, pointer);
    }

    private SourceRecord refused(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            Reason reason,
            byte @Nullable [] key,
            byte @Nullable [] value,
            ConnectHeaders headers) {
        return new TrackedRecord(
                input, action, RecordKind.REFUSED, reason, invalidTopic, null, key, value, null, headers);
    }

    /** Whether a header belongs to the bundle and tells nothing once the message is with us. */
    private static boolean isOurs(String header) {
        return header.startsWith(HeaderNames.PREFIX)
                && (header.startsWith(HeaderNames.HOP_PREFIX) || header.startsWith(HeaderNames.ROUTE_PREFIX));
    }

    private static void addReason(ConnectHeaders headers, ConsumerRecord<byte[], byte[]> message, Refusal refusal) {
        OutgoingHeaders.add(headers, HeaderNames.ROUTE_REASON, refusal.reason().name());
        OutgoingHeaders.add(headers, HeaderNames.ROUTE_TOPIC, message.topic());
    }
}
