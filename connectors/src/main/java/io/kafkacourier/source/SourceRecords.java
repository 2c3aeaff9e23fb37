/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.header.HeaderNames;
import io.kafkacourier.core.record.RecordKind;
import io.kafkacourier.kafka.TargetTopic;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import java.time.Clock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes of each action the source record that carries it out: to the target of the message, to a tier, or to the refused
 * ones.
 */
public final class SourceRecords {

    private static final Refusal NO_TARGET =
            new Refusal(Reason.NO_TARGET, "names no target, and neither does the configuration (target.topic)");

    private final Dispatch dispatch;
    private final TargetRules rules;
    private final TierPlaces tiers;
    private final InvalidBehavior invalidBehavior;
    private final String refusedTopic;
    private final boolean stampDueTime;
    private final Clock clock;

    /**
     * @param tiers where the tiers are
     * @param refusedTopic where refused records go; has to exist
     * @param stampDueTime whether a message that was delayed gets its due time as record timestamp
     */
    public SourceRecords(
            Dispatch dispatch,
            TargetRules rules,
            TierPlaces tiers,
            InvalidBehavior invalidBehavior,
            String refusedTopic,
            boolean stampDueTime,
            Clock clock) {
        this.dispatch = dispatch;
        this.rules = rules;
        this.tiers = tiers;
        this.invalidBehavior = invalidBehavior;
        this.refusedTopic = refusedTopic;
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
        Target target = dispatch.target(message, input.isTier());
        if (target == null) {
            return refused(input, action, NO_TARGET);
        } else if (action instanceof Action.Hop<ConsumerRecord<byte[], byte[]>> hop) {
            return hop(input, hop, target);
        }
        Refusal refusal = dispatch.refuse(message, input.isTier(), clock.millis());
        if (refusal != null) {
            return refused(input, action, refusal);
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
        long dueMs = hop.entry().dueMs();
        return fitting(input, hop, dispatch.held(message, input.isTier(), dueMs), tier, draft -> {
            OutgoingHeaders.add(draft.headers(), HeaderNames.HOP_DUE, Long.toString(dueMs));
            OutgoingHeaders.add(draft.headers(), HeaderNames.HOP_RELEASE, Long.toString(hop.releaseMs()));
            return new TrackedRecord(
                    input,
                    hop,
                    RecordKind.HOP,
                    null,
                    place.topic(),
                    place.partition(),
                    draft.key(),
                    draft.value(),
                    message.timestamp() < 0 ? null : message.timestamp(),
                    draft.headers());
        });
    }

    private SourceRecord delivered(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            String topic,
            TargetTopic.Present bounds) {
        ConsumerRecord<byte[], byte[]> message = action.entry().record();
        Draft whole = dispatch.delivered(message, input.isTier(), action.entry().dueMs());
        Long timestamp = timestamp(action, bounds);
        return fitting(
                input,
                action,
                whole,
                bounds,
                draft -> new TrackedRecord(
                        input,
                        action,
                        RecordKind.MESSAGE,
                        null,
                        topic,
                        null,
                        draft.key(),
                        draft.value(),
                        timestamp,
                        draft.headers()));
    }

    /** The largest form of a record that its topic takes; where that takes none, one for the refused ones. */
    private SourceRecord fitting(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            Draft whole,
            TargetTopic.Present bounds,
            Function<Draft, SourceRecord> record) {
        SourceRecord sent = record.apply(whole);
        Refusal tooLarge = rules.refuseTooLarge(sent, bounds, mostBytes(action));
        Draft draft = tooLarge == null ? null : whole.smaller();
        while (draft != null && tooLarge != null) {
            sent = record.apply(draft);
            tooLarge = rules.refuseTooLarge(sent, bounds, mostBytes(action));
            draft = draft.smaller();
        }
        return tooLarge == null ? sent : refused(input, action, tooLarge);
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
     * A record for the topic of refused ones, as large as that takes. It is stamped when it is sent, so that retention does
     * not take it for old.
     */
    private SourceRecord refused(InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action, Refusal refusal) {
        ConsumerRecord<byte[], byte[]> message = action.entry().record();
        if (invalidBehavior == InvalidBehavior.FAIL) {
            throw new ConnectException("Record " + input.topicPartition() + "@" + message.offset() + ": "
                    + refusal.detail() + " (" + refusal.reason() + ")");
        }
        TargetTopic.Present bounds = rules.requireTaker(refusedTopic);
        Draft draft = dispatch.refused(message, input.isTier(), refusal);
        SourceRecord sent = refused(input, action, refusal.reason(), draft);
        while (draft != null && rules.refuseTooLarge(sent, bounds, mostBytes(action)) != null) {
            draft = draft.smaller();
            sent = draft == null ? sent : refused(input, action, refusal.reason(), draft);
        }
        return sent;
    }

    private SourceRecord refused(
            InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action, Reason reason, Draft draft) {
        return new TrackedRecord(
                input,
                action,
                RecordKind.REFUSED,
                reason,
                refusedTopic,
                null,
                draft.key(),
                draft.value(),
                null,
                draft.headers());
    }

    private int mostBytes(Action<ConsumerRecord<byte[], byte[]>> action) {
        return action.entry().bytes() + dispatch.mostAddedBytes();
    }
}
