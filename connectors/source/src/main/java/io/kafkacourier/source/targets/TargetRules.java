/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.kafka.admin.ClusterClock;
import io.kafkacourier.kafka.admin.MissingPermission;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.source.intake.InputSelection;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a record may go to a target, and whether it can. A record that is sent to a topic that does not accept it
 * stops the task for good: a failed send fails again after every restart, and a send to a missing topic never ends.
 */
public final class TargetRules {

    /** How far ahead timestamps may be by default, from Kafka 4.0 on. */
    private static final Duration USUAL_AHEAD = Duration.ofHours(1);

    private static final int KNOWN_NAMES = 1_000;

    /** How long a poll waits for the cluster's answer about a target. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private final AllowedTopics allowed;
    private final InputSelection inputs;
    private final Set<String> reserved;
    private final Targets targets;
    private final ClusterClock clusterClock;
    private final String writer;
    /** The names used last that nothing speaks against, and whether messages may name them too. */
    private final Map<String, Boolean> goodNames = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > KNOWN_NAMES;
        }
    };

    /**
     * The rules for the targets of a connector.
     *
     * @param allowed the topics that a message may name
     * @param inputs the topics that are read, to which no message may go
     * @param reserved further topics of the connector, to which no message may go; they never change
     * @param lookup looks up topics; creates missing ones if that is allowed
     * @param writer the client whose permissions decide which topics may be written to, and its principal
     */
    public TargetRules(
            AllowedTopics allowed,
            InputSelection inputs,
            Set<String> reserved,
            TopicLookup lookup,
            String writer,
            Clock clock) {
        this.allowed = allowed;
        this.inputs = inputs;
        this.reserved = Set.copyOf(reserved);
        this.targets = new Targets(lookup, clock, PATIENCE);
        this.clusterClock = lookup.clock();
        this.writer = writer;
    }

    /** Announces which topics are needed next, so that the cluster can be asked about all of them together. */
    public void expect(Supplier<? extends Collection<String>> topics) {
        targets.expect(topics);
    }

    /**
     * Whether a record, with a key or without, may go to a target.
     *
     * @throws RetriableException if the cluster has not answered yet, or the worker's clock is so far ahead that the target
     *     accepts nothing
     */
    public Verdict judge(Target target, boolean hasKey) {
        Refusal misnamed = refuseName(target);
        if (misnamed != null) {
            return new Verdict.No(misnamed);
        }
        TargetTopic topic = targets.find(target.topic());
        if (topic instanceof TargetTopic.Present present) {
            Obstacle obstacle = present.obstacle();
            if (present.needsKey() && !hasKey) {
                return no(Reason.TARGET_NOT_ALLOWED, target, "is compacted and takes no record without a key");
            }
            if (obstacle != null) {
                return new Verdict.NotNow(target.topic(), obstacle);
            }
            requireTime(target.topic(), present);
            return new Verdict.Yes(present);
        } else if (topic instanceof TargetTopic.Unsure unsure) {
            return new Verdict.NotNow(target.topic(), unsure.obstacle());
        } else if (topic instanceof TargetTopic.Absent) {
            return no(Reason.TARGET_MISSING, target, "does not exist and may not be created (topic.creation.*)");
        } else if (topic instanceof TargetTopic.Uncreatable refused) {
            return no(Reason.TARGET_MISSING, target, "could not be created: " + refused.cause());
        }
        return no(
                Reason.TARGET_NOT_ALLOWED,
                target,
                "may not be written to: " + MissingPermission.lacks(writer, AclOperation.WRITE, "it"));
    }

    /** Whether a record may go to a target. */
    public sealed interface Verdict {

        /** The record may go there, within the bounds of the topic. */
        record Yes(TargetTopic.Present topic) implements Verdict {}

        /** The record may not go there. */
        record No(Refusal refusal) implements Verdict {}

        /** The record cannot go there at the moment, but perhaps later. */
        record NotNow(String topic, Obstacle obstacle) implements Verdict {

            /** The exception for callers that can only wait. */
            public BlockedException exception() {
                return new BlockedException(
                        obstacle,
                        "The target " + topic + " " + obstacle.text() + "; the task waits until that changes");
            }
        }
    }

    /** Why no record may go to a target of that name, whatever the cluster answers; null if nothing speaks against it. */
    public @Nullable Refusal refuseName(Target target) {
        String misnamed = misnamed(target);
        return misnamed == null ? null : refusal(Reason.TARGET_NOT_ALLOWED, target, misnamed);
    }

    /**
     * Makes sure that one of the connector's own topics accepts every record, and returns its bounds.
     *
     * @return a topic of which at least one partition accepts records
     * @throws RetriableException if it does not exist, accepts no records at the moment, or rejects those of a worker whose
     *     clock is so far ahead
     * @throws ConnectException if it is compacted: it would lose records, and reject those without a key
     */
    public TargetTopic.Present requireTaker(String topic) {
        TargetTopic found = targets.find(topic);
        if (!(found instanceof TargetTopic.Present present)) {
            throw new BlockedException(obstacle(found), noTaker(topic, found));
        } else if (present.needsKey()) {
            throw new ConnectException("The topic " + topic + " of the connector must not be compacted");
        } else if (present.isBlocked()) {
            throw new BlockedException(
                    Objects.requireNonNull(present.obstacle()),
                    "No partition of the topic " + topic + " of the connector accepts records at the moment; the"
                            + " task waits until one does");
        }
        requireTime(topic, present);
        return present;
    }

    /**
     * Keeps a worker whose clock is ahead from handing out records that are far from due, or that the brokers reject for
     * their timestamp. A topic that accepts less than other topics is left to {@link Trials}, because any message may name
     * it.
     */
    private void requireTime(String topic, TargetTopic.Present bounds) {
        long bearableMs = Math.max(bounds.maxAheadMs(), USUAL_AHEAD.toMillis());
        long aheadMs = bounds.isTold() && bearableMs < Long.MAX_VALUE ? clusterClock.aheadMs() : 0;
        if (aheadMs > bearableMs) {
            throw new RetriableException("The clock of this worker is " + aheadMs / 1_000
                    + " s ahead of the clock of the cluster's controller. Topic " + topic + " accepts timestamps of"
                    + " up to "
                    + bounds.maxAheadMs() / 1_000
                    + " s ahead (message.timestamp.after.max.ms): messages that are due by the clock of this worker"
                    + " would be early, or rejected. Synchronise the clocks");
        }
    }

    private static Obstacle obstacle(TargetTopic found) {
        if (found instanceof TargetTopic.Unsure unsure) {
            return unsure.obstacle();
        }
        return found instanceof TargetTopic.Denied ? Obstacle.NOT_ALLOWED : Obstacle.MISSING;
    }

    private String noTaker(String topic, TargetTopic found) {
        String why = "The topic " + topic + " of the connector does not exist";
        if (found instanceof TargetTopic.Denied) {
            why = MissingPermission.on(topic, AclOperation.WRITE, writer);
        } else if (found instanceof TargetTopic.Uncreatable refused) {
            why += ", and could not be created: " + refused.cause();
        } else if (found instanceof TargetTopic.Unsure) {
            why += ", or may not be written to";
        }
        return why + "; the task waits until it accepts records";
    }

    private @Nullable String misnamed(Target target) {
        Boolean goodByMessage = goodNames.get(target.topic());
        if (goodByMessage != null && (goodByMessage || !target.byMessage())) {
            return null;
        }
        String problem = problem(target);
        if (problem == null) {
            goodNames.put(target.topic(), target.byMessage());
        }
        return problem;
    }

    private @Nullable String problem(Target target) {
        String topic = target.topic();
        String problem = TopicNames.problem(topic);
        if (problem != null) {
            return problem;
        } else if (isInternal(target)) {
            return "is internal (topics.allow.internal)";
        } else if (inputs.includes(topic)) {
            return "is an input of the connector";
        } else if (inputs.tiers().isTier(topic)) {
            return "is a tier of the connector";
        } else if (reserved.contains(topic)) {
            return "belongs to the connector itself";
        }
        return target.byMessage() && !allowed.allows(topic) ? "is not allowed (target.topics.allow)" : null;
    }

    /**
     * An internal-looking name from a message is internal unless it is listed; a name from the configuration only if the
     * topic belongs to Kafka or a worker.
     */
    private boolean isInternal(Target target) {
        return target.byMessage()
                ? allowed.isGuarded(target.topic())
                : TopicNames.isInternal(target.topic()) || TopicNames.isWorkerTopic(target.topic());
    }

    private static Verdict no(Reason reason, Target target, String problem) {
        return new Verdict.No(refusal(reason, target, problem));
    }

    private static Refusal refusal(Reason reason, Target target, String problem) {
        return new Refusal(reason, target.namedBy() + " names a target that " + problem);
    }
}
