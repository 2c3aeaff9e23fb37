/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import io.kafkacourier.schedule.Tier;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of each action the source record that carries it out: to the target of the message, to a tier, or to the refused
 * ones.
 */
public final class SourceRecords {

    private static final Logger log = LoggerFactory.getLogger(SourceRecords.class);

    private static final Refusal NO_TARGET =
            new Refusal(Reason.NO_TARGET, "names no target, and neither does the configuration (target.topic)");

    /** The longest that a message whose target takes none stays away before it is tried again. */
    private static final long LONGEST_HELD_BACK_MS = 64_000;

    private final Dispatch dispatch;
    private final TargetRules rules;
    private final TierPlaces places;
    /** The tiers that there are, from the shortest stay to the longest. */
    private final List<Tier> tiers;

    private final HeldBack heldBack;
    private final Trials trials;
    private final InvalidBehavior invalidBehavior;
    private final String refusedTopic;
    private final boolean stampDueTime;
    private final Clock clock;
    /** How many actions of this batch were carried out. */
    private int carriedOut;

    private boolean isAloneOut;

    /**
     * @param places where the tiers are
     * @param ladder the tiers
     * @param heldBack counts messages whose target takes none at the moment
     * @param trials remembers what targets have taken
     * @param refusedTopic where refused records go; has to exist
     * @param stampDueTime whether a message that was delayed gets its due time as record timestamp
     */
    public SourceRecords(
            Dispatch dispatch,
            TargetRules rules,
            TierPlaces places,
            Ladder ladder,
            HeldBack heldBack,
            Trials trials,
            InvalidBehavior invalidBehavior,
            String refusedTopic,
            boolean stampDueTime,
            Clock clock) {
        this.dispatch = dispatch;
        this.rules = rules;
        this.places = places;
        this.tiers = ladder.tiers().stream().filter(places::has).toList();
        this.heldBack = heldBack;
        this.trials = trials;
        this.invalidBehavior = invalidBehavior;
        this.refusedTopic = refusedTopic;
        this.stampDueTime = stampDueTime;
        this.clock = clock;
    }

    /** A new batch begins. */
    void begin() {
        carriedOut = 0;
        isAloneOut = false;
    }

    /** Says what is to be carried out next, so that the cluster can be asked for all the topics together. */
    void expect(Upcoming upcoming) {
        rules.expect(() -> {
            Set<String> topics = new LinkedHashSet<>();
            upcoming.forEach((input, action) -> addTopic(topics, input, action));
            return topics;
        });
    }

    /** Actions that are to be carried out. */
    @FunctionalInterface
    interface Upcoming {

        void forEach(BiConsumer<InputPartition, Action<ConsumerRecord<byte[], byte[]>>> consumer);
    }

    private void addTopic(Set<String> topics, InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action) {
        if (action instanceof Action.Hop<?> hop) {
            topics.add(places.names().topic(hop.tier().seconds()));
        } else if (action instanceof Action.Deliver<ConsumerRecord<byte[], byte[]>> deliver) {
            Target target = dispatch.target(deliver.entry().record(), input.isTier());
            if (target != null && rules.refuseName(target) == null) {
                topics.add(target.topic());
            }
        }
    }

    /**
     * The record that carries out an action. If a message is due and its target takes none at the moment, that is one for
     * the shortest tier, from which the message comes back to be tried again.
     *
     * @throws RetriableException if the cluster has not answered yet, nothing can go on before a topic takes records, or
     *     the record belongs into another batch
     * @throws ConnectException if the record is refused and the task is to stop then
     */
    SourceRecord carryOut(InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action) {
        if (isAloneOut) {
            throw new RetriableException("A record is sent alone");
        }
        SourceRecord record = record(input, action);
        carriedOut++;
        return record;
    }

    private SourceRecord record(InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action) {
        if (action instanceof Action.Refuse<ConsumerRecord<byte[], byte[]>> refuse && !isToBeDelivered(refuse)) {
            return refused(input, action, refuse.refusal());
        }
        ConsumerRecord<byte[], byte[]> message = action.entry().record();
        Target target = dispatch.target(message, input.isTier());
        if (action instanceof Action.Hop<ConsumerRecord<byte[], byte[]>> hop) {
            return target == null ? refused(input, action, NO_TARGET) : hop(input, hop, target);
        } else if (target == null) {
            return refusedOrHeldBack(input, action, NO_TARGET);
        }
        Refusal refusal = dispatch.refuse(message, input.isTier(), clock.millis());
        if (refusal != null) {
            return refusedOrHeldBack(input, action, refusal);
        }
        TargetRules.Verdict verdict = rules.judge(target, message.key() != null);
        if (verdict instanceof TargetRules.Verdict.Yes yes) {
            SourceRecord delivered = deliveredOrHeldBack(input, action, target.topic(), yes.topic());
            return target.byMessage() && delivered.topic().equals(target.topic())
                    ? tried(input, action, delivered, target, yes.topic())
                    : delivered;
        } else if (verdict instanceof TargetRules.Verdict.No no) {
            return refusedOrHeldBack(input, action, no.refusal());
        }
        TargetRules.Verdict.NotNow notNow = (TargetRules.Verdict.NotNow) verdict;
        return heldBack(input, action, notNow.topic(), notNow.obstacle(), notNow::exception);
    }

    /** The record, if nothing is known against sending it now; else it is refused. */
    private SourceRecord tried(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            SourceRecord record,
            Target target,
            TargetTopic.Present bounds) {
        long bytes = Trials.bytes(record, bounds);
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

    /** The message, or a record for the refused ones if it is too large; held back if these take none. */
    private SourceRecord deliveredOrHeldBack(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            String topic,
            TargetTopic.Present bounds) {
        try {
            return delivered(input, action, topic, bounds);
        } catch (BlockedException e) {
            return heldBack(input, action, refusedTopic, e.obstacle(), () -> e);
        }
    }

    /** A message that was due is refused, or held back like any other if the topic of refused ones takes none. */
    private SourceRecord refusedOrHeldBack(
            InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action, Refusal refusal) {
        try {
            return refused(input, action, refusal);
        } catch (BlockedException e) {
            return heldBack(input, action, refusedTopic, e.obstacle(), () -> e);
        }
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
        Place place = place(hop.tier(), hop.entry().record().partition());
        long dueMs = hop.entry().dueMs();
        long releaseMs = place.tier().equals(hop.tier())
                ? hop.releaseMs()
                : Math.min(dueMs, clock.millis() + place.tier().residenceMs());
        return toTier(input, hop, place, dueMs, releaseMs, null);
    }

    /**
     * To a tier for a short while, from which the message comes back to be tried again: first in the shortest one, then in
     * longer ones, up to about a minute.
     *
     * @param blocked the topic that takes no records
     * @param waiting thrown if there are no tiers, so that all has to wait
     */
    private SourceRecord heldBack(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            String blocked,
            Obstacle obstacle,
            Supplier<RetriableException> waiting) {
        if (tiers.isEmpty()) {
            throw waiting.get();
        }
        ConsumerRecord<byte[], byte[]> message = action.entry().record();
        Place place = place(nextTier(input, message, obstacle), message.partition());
        // what cannot be kept until it is due is delivered at once, like a message without a delay
        long dueMs = action instanceof Action.Refuse ? 0 : action.entry().dueMs();
        long nowMs = Math.max(clock.millis(), dueMs);
        SourceRecord record =
                toTier(input, action, place, dueMs, nowMs + place.tier().residenceMs(), nowMs);
        heldBack.add(blocked, obstacle);
        return record;
    }

    /** What is not known for sure is looked at again as soon as there is a tier for that. */
    private Tier nextTier(InputPartition input, ConsumerRecord<byte[], byte[]> message, Obstacle obstacle) {
        if (obstacle == Obstacle.UNCONFIRMED) {
            return tiers.get(0);
        }
        boolean again = input.isTier() && message.headers().lastHeader(HeaderNames.HOP_BLOCKED) != null;
        long lastSeconds = again ? places.names().seconds(message.topic()) : 0;
        Tier next = tiers.get(0);
        for (Tier tier : tiers) {
            if (next.seconds() > lastSeconds || tier.residenceMs() > LONGEST_HELD_BACK_MS) {
                break;
            }
            next = tier;
        }
        return next;
    }

    /** Where a message stays: in the wanted tier, or in the next shorter one that takes records. */
    private Place place(Tier wanted, int fromPartition) {
        try {
            return openPlace(wanted, fromPartition);
        } catch (BlockedException blocked) {
            Place shorter = shorterPlace(wanted, fromPartition);
            if (shorter == null) {
                throw blocked;
            }
            return shorter;
        }
    }

    private @Nullable Place shorterPlace(Tier wanted, int fromPartition) {
        for (int i = tiers.size() - 1; i >= 0; i--) {
            if (tiers.get(i).residenceMs() < wanted.residenceMs()) {
                try {
                    return openPlace(tiers.get(i), fromPartition);
                } catch (BlockedException e) {
                    log.debug("{}; trying a shorter tier", e.getMessage());
                }
            }
        }
        return null;
    }

    private Place openPlace(Tier tier, int fromPartition) {
        TopicPartition partition = places.find(tier, fromPartition);
        TargetTopic.Present bounds = rules.requireTaker(partition.topic());
        Integer open = bounds.open(partition.partition());
        return new Place(tier, partition.topic(), Objects.requireNonNull(open), bounds);
    }

    private record Place(Tier tier, String topic, int partition, TargetTopic.Present bounds) {}

    /** @param blockedMs since when the message is held back, epoch ms; null if it is not due yet */
    private SourceRecord toTier(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            Place place,
            long dueMs,
            long releaseMs,
            @Nullable Long blockedMs) {
        ConsumerRecord<byte[], byte[]> message = action.entry().record();
        return fitting(input, action, dispatch.held(message, input.isTier(), dueMs), place.bounds(), draft -> {
            OutgoingHeaders.add(draft.headers(), HeaderNames.HOP_DUE, Long.toString(dueMs));
            OutgoingHeaders.add(draft.headers(), HeaderNames.HOP_RELEASE, Long.toString(releaseMs));
            if (blockedMs != null) {
                OutgoingHeaders.add(draft.headers(), HeaderNames.HOP_BLOCKED, Long.toString(blockedMs));
            }
            return new TrackedRecord(
                    input,
                    action,
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
        Integer partition = bounds.openIfBlocked(message.partition());
        SourceRecord sent = refused(input, action, refusal.reason(), partition, draft);
        while (draft != null && rules.refuseTooLarge(sent, bounds, mostBytes(action)) != null) {
            draft = draft.smaller();
            sent = draft == null ? sent : refused(input, action, refusal.reason(), partition, draft);
        }
        return sent;
    }

    private SourceRecord refused(
            InputPartition input,
            Action<ConsumerRecord<byte[], byte[]>> action,
            Reason reason,
            @Nullable Integer partition,
            Draft draft) {
        return new TrackedRecord(
                input,
                action,
                RecordKind.REFUSED,
                reason,
                refusedTopic,
                partition,
                draft.key(),
                draft.value(),
                null,
                draft.headers());
    }

    private int mostBytes(Action<ConsumerRecord<byte[], byte[]>> action) {
        return action.entry().bytes() + dispatch.mostAddedBytes();
    }
}
