/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.kafka.InputSelection;
import io.kafkacourier.kafka.MissingPermission;
import io.kafkacourier.kafka.TargetTopic;
import io.kafkacourier.kafka.Targets;
import io.kafkacourier.kafka.TopicLookup;
import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Whether a record may go to a target, and can. A record that is sent where it cannot go stops the line for good: a send
 * that fails fails again after every restart, and one to a missing topic never ends.
 */
public final class TargetRules {

    private static final int KNOWN_NAMES = 1_000;

    /** How long a poll waits for what the cluster says of a target. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private final AllowedTopics allowed;
    private final InputSelection inputs;
    private final Set<String> reserved;
    private final Targets targets;
    private final int maxRecordBytes;
    private final int headroomBytes;
    private final String writer;
    /** The names used last that nothing stands against, and whether that holds for those that messages name. */
    private final Map<String, Boolean> goodNames = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > KNOWN_NAMES;
        }
    };

    /**
     * The rules that a configuration asks for.
     *
     * @param lookup what is known of topics; creates those that may be
     */
    public static TargetRules of(SourceConfig config, TopicLookup lookup, Clock clock) {
        return new TargetRules(
                config.allowedTargets(),
                config.inputs(),
                config.reservedTopics(),
                new Targets(lookup, clock, PATIENCE),
                config.maxRequestSize(),
                config.transformsHeadroom(),
                config.adminSecurity().who());
    }

    /**
     * @param allowed which topics a message may name
     * @param inputs what is read, where nothing may go
     * @param reserved further topics of the connector, where no message may go; always the same
     * @param targets what is known of topics; creates those that may be
     * @param maxRecordBytes the largest record that the producer sends
     * @param headroomBytes what transforms may add to a record on its way there
     * @param writer the client whose permissions say where may be written, and whom the cluster takes it for
     */
    private TargetRules(
            AllowedTopics allowed,
            InputSelection inputs,
            Set<String> reserved,
            Targets targets,
            int maxRecordBytes,
            int headroomBytes,
            String writer) {
        this.allowed = allowed;
        this.inputs = inputs;
        this.reserved = Set.copyOf(reserved);
        this.targets = targets;
        this.maxRecordBytes = maxRecordBytes;
        this.headroomBytes = headroomBytes;
        this.writer = writer;
    }

    /**
     * Whether a record, with a key or without, may go to a target.
     *
     * @throws RetriableException where the cluster has not answered yet
     */
    public Verdict judge(Target target, boolean hasKey) {
        Refusal misnamed = refuseName(target);
        if (misnamed != null) {
            return new Verdict.No(misnamed);
        }
        TargetTopic topic = targets.find(target.topic());
        if (topic instanceof TargetTopic.Present present) {
            return present.needsKey() && !hasKey
                    ? no(Reason.TARGET_NOT_ALLOWED, target, "is compacted and takes no record without a key")
                    : new Verdict.Yes(present);
        } else if (topic instanceof TargetTopic.Absent) {
            return no(Reason.TARGET_MISSING, target, "does not exist and may not be created (topic.creation.*)");
        } else if (topic instanceof TargetTopic.Uncreatable refused) {
            return no(Reason.TARGET_MISSING, target, "could not be created: " + refused.cause());
        }
        return no(Reason.TARGET_NOT_ALLOWED, target, "may not be written to");
    }

    /** Whether a record may go to a target. */
    public sealed interface Verdict {

        /** It may, within the bounds of the topic. */
        record Yes(TargetTopic.Present topic) implements Verdict {}

        /** It may not. */
        record No(Refusal refusal) implements Verdict {}
    }

    /** Why nothing may go to a target of that name, whatever the cluster says; null where nothing stands against it. */
    @Nullable
    Refusal refuseName(Target target) {
        String misnamed = misnamed(target);
        return misnamed == null ? null : refusal(Reason.TARGET_NOT_ALLOWED, target, misnamed);
    }

    /**
     * Why the record is too large for its topic; null where it is not.
     *
     * @param messageBytes what its message takes, about ({@link RecordSize#held}): one far below the bound is not measured
     */
    public @Nullable Refusal refuseTooLarge(SourceRecord record, TargetTopic.Present topic, int messageBytes) {
        int limit = Math.min(maxRecordBytes, topic.maxMessageBytes());
        if (RecordSize.mostSent(messageBytes) + headroomBytes <= limit) {
            return null;
        }
        long size = RecordSize.sent(record) + headroomBytes;
        return size <= limit
                ? null
                : new Refusal(
                        Reason.TOO_LARGE,
                        "takes up to " + size + " bytes, beyond the " + limit + " of its target (max.message.bytes)"
                                + " or of the producer (producer.override.max.request.size or max.request.size)");
    }

    /**
     * Makes sure that a topic of our own takes every record, and says within which bounds.
     *
     * @throws RetriableException where it does not exist
     * @throws ConnectException where it is compacted: it would lose records, and reject those without a key
     */
    public TargetTopic.Present requireTaker(String topic) {
        TargetTopic found = targets.find(topic);
        if (!(found instanceof TargetTopic.Present present)) {
            throw new RetriableException(noTaker(topic, found));
        } else if (present.needsKey()) {
            throw new ConnectException("The topic " + topic + " of the connector must not be compacted");
        }
        return present;
    }

    private String noTaker(String topic, TargetTopic found) {
        String why = "The topic " + topic + " of the connector does not exist";
        if (found instanceof TargetTopic.Denied) {
            why = MissingPermission.on(topic, AclOperation.WRITE, writer);
        } else if (found instanceof TargetTopic.Uncreatable refused) {
            why += ", and could not be created: " + refused.cause();
        }
        return why + "; nothing goes on before it takes records";
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

    /** A name from a message is internal unless it is listed; one from the configuration only if it is Kafka's or a worker's. */
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
