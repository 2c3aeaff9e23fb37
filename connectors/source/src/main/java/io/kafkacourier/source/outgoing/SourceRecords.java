/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Limit;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.targets.HeldBack;
import io.kafkacourier.source.targets.TargetRules;
import io.kafkacourier.source.targets.Trials;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Turns each action of a schedule into the source record that carries it out: a record for the target of the message, for a
 * tier, or for the topic of refused messages. For one thread at a time.
 */
public final class SourceRecords {

    private static final Refusal NO_TARGET =
            new Refusal(Reason.NO_TARGET, "names no target, and neither does the configuration (target.topic)");

    private final TargetRules rules;
    private final Fitting fitting;
    private final TierRecords tiers;
    private final RefusedRecords refused;
    private final HeldBack heldBack;
    private final Trials trials;
    private final boolean stampDueTime;
    private final Clock clock;
    /** How many actions of this batch were carried out. */
    private int carriedOut;

    private boolean isAloneOut;

    /**
     * @param heldBack counts messages whose target accepts none at the moment
     * @param trials remembers which records targets have accepted
     * @param stampDueTime whether a delayed message gets its due time as record timestamp
     */
    public SourceRecords(
            TargetRules rules,
            Fitting fitting,
            TierRecords tiers,
            RefusedRecords refused,
            HeldBack heldBack,
            Trials trials,
            boolean stampDueTime,
            Clock clock) {
        this.rules = rules;
        this.fitting = fitting;
        this.tiers = tiers;
        this.refused = refused;
        this.heldBack = heldBack;
        this.trials = trials;
        this.stampDueTime = stampDueTime;
        this.clock = clock;
    }

    /** Begins a new batch. */
    public void begin() {
        carriedOut = 0;
        isAloneOut = false;
    }

    /** Announces which actions come next, so that the cluster can be asked about all their topics together. */
    public void expect(Upcoming upcoming) {
        rules.expect(() -> {
            Set<String> topics = new LinkedHashSet<>();
            upcoming.forEach((input, action) -> addTopic(topics, action));
            return topics;
        });
    }

    /** Actions that come next. */
    @FunctionalInterface
    public interface Upcoming {

        void forEach(BiConsumer<InputPartition, Action<Outgoing>> consumer);
    }

    private void addTopic(Set<String> topics, Action<Outgoing> action) {
        if (action instanceof Action.Hop<Outgoing> hop) {
            topics.add(tiers.topic(hop.tier()));
        } else if (action instanceof Action.Deliver<Outgoing> deliver) {
            Target target = deliver.entry().message().target();
            if (target != null && rules.refuseName(target) == null) {
                topics.add(target.topic());
            }
        }
    }

    /**
     * The record that carries out an action. If a message is due but its target accepts none at the moment, the record goes
     * to a short tier, from which the message comes back to be tried again.
     *
     * @throws RetriableException if the cluster has not answered yet, the task has to wait until a topic accepts records,
     *     or the record belongs in another batch
     * @throws ConnectException if the message is refused and the task has to stop
     */
    public TrackedRecord carryOut(InputPartition input, Action<Outgoing> action) {
        if (isAloneOut) {
            throw new RetriableException("A record is sent alone");
        }
        TrackedRecord record = record(input, action);
        carriedOut++;
        return record;
    }

    private TrackedRecord record(InputPartition input, Action<Outgoing> action) {
        Refusal refusal = refusal(action);
        if (refusal != null && !refused.isDeliveredInstead(refusal)) {
            return refused.record(input, action, refusal);
        }
        Target target = action.entry().message().target();
        if (action instanceof Action.Hop<Outgoing> hop) {
            // such a name is never allowed, whatever the cluster answers later
            Refusal misnamed = target == null ? NO_TARGET : rules.refuseName(target);
            return misnamed == null ? tiers.hop(input, hop) : refused.record(input, action, misnamed);
        }
        return due(input, action, target);
    }

    /** Why the schedule refuses a message; null if it does not. */
    private static @Nullable Refusal refusal(Action<Outgoing> action) {
        if (action instanceof Action.TooFar<Outgoing> tooFar) {
            Limit limit = tooFar.limit();
            return new Refusal(
                    Reason.DELAY_TOO_LONG,
                    "is due " + tooFar.waitMs() + " ms from now, beyond " + limit.key() + " of " + limit.longestMs()
                            + " ms" + (limit.isHorizon() ? ", and there are no tiers" : ""));
        }
        return action instanceof Action.Refuse ? action.entry().message().refusal() : null;
    }

    private TrackedRecord due(InputPartition input, Action<Outgoing> action, @Nullable Target target) {
        Outgoing message = action.entry().message();
        if (target == null) {
            return refusedOrHeldBack(input, action, NO_TARGET);
        }
        Refusal refusal = message.refusalWhenDue(clock.millis());
        if (refusal != null) {
            return refusedOrHeldBack(input, action, refusal);
        }
        TargetRules.Verdict verdict = rules.judge(target, message.record().key() != null);
        if (verdict instanceof TargetRules.Verdict.Yes yes) {
            return delivered(input, action, target, yes.topic());
        } else if (verdict instanceof TargetRules.Verdict.No no) {
            return refusedOrHeldBack(input, action, no.refusal());
        }
        TargetRules.Verdict.NotNow notNow = (TargetRules.Verdict.NotNow) verdict;
        if (!tiers.isAny()) {
            throw notNow.exception();
        }
        return heldBack(input, action, notNow.topic(), notNow.obstacle());
    }

    private TrackedRecord delivered(
            InputPartition input, Action<Outgoing> action, Target target, TargetTopic.Present bounds) {
        Outgoing message = action.entry().message();
        Fitting.Fit fit = fitting.fit(
                message.delivered(action.entry().dueMs()),
                bounds,
                action.entry().bytes() + message.mostAddedBytes());
        if (fit.tooLarge() != null) {
            return refusedOrHeldBack(input, action, fit.tooLarge());
        }
        Draft draft = fit.draft();
        TrackedRecord record = new TrackedRecord(
                input,
                action,
                RecordKind.MESSAGE,
                null,
                target.topic(),
                null,
                draft.key(),
                draft.value(),
                timestamp(action, bounds),
                draft.headers());
        return target.byMessage() ? tried(input, action, record, target, Trials.bytes(draft, bounds)) : record;
    }

    /** The record, if nothing speaks against sending it now; otherwise the record of the refused message. */
    private TrackedRecord tried(
            InputPartition input, Action<Outgoing> action, TrackedRecord record, Target target, long bytes) {
        Trials.Ruling ruling = trials.rule(target.topic(), bytes);
        String refusal = Trials.refusal(ruling);
        if (refusal != null) {
            return refusedOrHeldBack(
                    input, action, new Refusal(Reason.TARGET_NOT_ALLOWED, target.namedBy() + " " + refusal));
        }
        isAloneOut = ruling == Trials.Ruling.SEND_ALONE && carriedOut == 0;
        if (ruling == Trials.Ruling.SEND_ALONE && !isAloneOut) {
            throw new RetriableException("A record is to be sent alone");
        }
        trials.made(record, bytes, isAloneOut);
        return record;
    }

    /** Refuses a due message, or holds it back if the topic of refused messages accepts none. */
    private TrackedRecord refusedOrHeldBack(InputPartition input, Action<Outgoing> action, Refusal refusal) {
        try {
            return refused.record(input, action, refusal);
        } catch (BlockedException e) {
            if (!tiers.isAny()) {
                throw e;
            }
            return heldBack(input, action, refused.topic(), e.obstacle());
        }
    }

    /** @param blocked the topic that accepts no records */
    private TrackedRecord heldBack(InputPartition input, Action<Outgoing> action, String blocked, Obstacle obstacle) {
        TrackedRecord record = tiers.heldBack(input, action, obstacle);
        heldBack.add(blocked, obstacle);
        return record;
    }

    /**
     * The due time, which is never before the record's own timestamp, or else that timestamp, moved into the range that the
     * topic accepts. Null if the record has no timestamp, so that the producer stamps it.
     */
    private @Nullable Long timestamp(Action<Outgoing> action, TargetTopic.Present topic) {
        long ownMs = action.entry().message().record().timestamp();
        if (ownMs < 0) {
            return null;
        }
        boolean isDue = stampDueTime && action instanceof Action.Deliver;
        return topic.takenTimestampMs(isDue ? Math.max(action.entry().dueMs(), ownMs) : ownMs, clock.millis());
    }
}
