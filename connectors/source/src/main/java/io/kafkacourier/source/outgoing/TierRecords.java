/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.targets.TargetRules;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records for tiers: for messages with a long wait, and for due messages whose target accepts none at the moment.
 * For one thread at a time.
 */
public final class TierRecords {

    private static final Logger log = LoggerFactory.getLogger(TierRecords.class);

    /** The longest time before a message whose target accepts none is tried again. */
    private static final long LONGEST_HELD_BACK_MS = 64_000;

    private final TierPlaces places;
    /** The tiers that exist, from the shortest stay to the longest. */
    private final List<Tier> tiers;

    private final TargetRules rules;
    private final Fitting fitting;
    private final RefusedRecords refused;
    private final Clock clock;

    /**
     * @param places the partitions of the tiers
     * @param ladder the tiers
     * @param refused makes the record of a message that no tier accepts
     */
    public TierRecords(
            TierPlaces places, Ladder ladder, TargetRules rules, Fitting fitting, RefusedRecords refused, Clock clock) {
        this.places = places;
        this.tiers = ladder.tiers().stream().filter(places::has).toList();
        this.rules = rules;
        this.fitting = fitting;
        this.refused = refused;
        this.clock = clock;
    }

    /** Whether there are tiers. */
    boolean isAny() {
        return !tiers.isEmpty();
    }

    /** The topic of a tier. */
    String topic(Tier tier) {
        return places.names().topic(tier.seconds());
    }

    /**
     * The record that sends a message to a tier: to the one that its schedule chose, or else to a shorter one.
     *
     * @throws BlockedException if no tier accepts it at the moment
     */
    TrackedRecord hop(InputPartition input, Action.Hop<Outgoing> hop) {
        Place place = place(hop.tier(), hop.entry().message().record().partition());
        long dueMs = hop.entry().dueMs();
        long releaseMs = place.tier().equals(hop.tier())
                ? hop.releaseMs()
                : Math.min(dueMs, clock.millis() + place.tier().residenceMs());
        return record(input, hop, place, dueMs, releaseMs, null);
    }

    /**
     * The record of a due message whose target accepts none at the moment. The message stays in a tier for a short time,
     * and is tried again when it comes back: first after the shortest stay, then after longer ones, up to about a minute.
     *
     * @throws BlockedException if no tier accepts it either
     */
    TrackedRecord heldBack(InputPartition input, Action<Outgoing> action, Obstacle obstacle) {
        ConsumerRecord<byte[], byte[]> message = action.entry().message().record();
        Place place = place(nextTier(input, message, obstacle), message.partition());
        // a message whose due time cannot be kept is delivered at once, like one without a delay
        long dueMs = action instanceof Action.Deliver ? action.entry().dueMs() : 0;
        long nowMs = Math.max(clock.millis(), dueMs);
        return record(input, action, place, dueMs, nowMs + place.tier().residenceMs(), nowMs);
    }

    /** A target whose state is uncertain is checked again after the shortest possible stay. */
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

    private record Place(Tier tier, String topic, int partition, TargetTopic.Present bounds) {}

    /** The place where a message stays: in the wanted tier, or in the next shorter one that accepts records. */
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

    /** @param blockedMs when the message was first held back, epoch ms; null if it is not due yet */
    private TrackedRecord record(
            InputPartition input,
            Action<Outgoing> action,
            Place place,
            long dueMs,
            long releaseMs,
            @Nullable Long blockedMs) {
        Outgoing message = action.entry().message();
        Draft whole = message.held(dueMs)
                .with(HeaderNames.HOP_DUE, Long.toString(dueMs))
                .with(HeaderNames.HOP_RELEASE, Long.toString(releaseMs));
        if (blockedMs != null) {
            whole = whole.with(HeaderNames.HOP_BLOCKED, Long.toString(blockedMs));
        }
        Fitting.Fit fit = fitting.fit(whole, place.bounds(), action.entry().bytes() + message.mostAddedBytes());
        if (fit.tooLarge() != null) {
            return refused.record(input, action, fit.tooLarge());
        }
        long timestamp = message.record().timestamp();
        return new TrackedRecord(
                input,
                action,
                RecordKind.HOP,
                null,
                place.topic(),
                place.partition(),
                fit.draft().key(),
                fit.draft().value(),
                timestamp < 0 ? null : timestamp,
                fit.draft().headers());
    }
}
