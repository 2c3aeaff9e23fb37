/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.kafka.InputSelection;
import io.kafkacourier.kafka.TargetTopic;
import io.kafkacourier.kafka.Targets;
import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Whether a record may go to a target, and can. A record that is sent where it cannot go stops the line for good: a send
 * that fails fails again after every restart, and one to a missing topic never ends.
 */
public final class TargetRules {

    /** The names that Kafka's own example configuration of a distributed worker gives to its topics. */
    private static final Set<String> WORKER_TOPICS = Set.of("connect-configs", "connect-offsets", "connect-status");

    private static final int KNOWN_NAMES = 1_000;

    private final AllowedTopics allowed;
    private final InputSelection inputs;
    private final Predicate<String> reserved;
    private final Targets targets;
    private final int maxRecordBytes;
    private final int headroomBytes;
    /** The names used last that nothing stands against, and whether that holds for those that messages name. */
    private final Map<String, Boolean> goodNames = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > KNOWN_NAMES;
        }
    };

    /**
     * @param allowed which topics a message may name
     * @param inputs what is read, where nothing may go
     * @param reserved further topics of the connector, where no message may go; always the same
     * @param targets what is known of topics; creates those that may be
     * @param maxRecordBytes the largest record that the producer sends
     * @param headroomBytes what transforms may add to a record on its way there
     */
    public TargetRules(
            AllowedTopics allowed,
            InputSelection inputs,
            Predicate<String> reserved,
            Targets targets,
            int maxRecordBytes,
            int headroomBytes) {
        this.allowed = allowed;
        this.inputs = inputs;
        this.reserved = reserved;
        this.targets = targets;
        this.maxRecordBytes = maxRecordBytes;
        this.headroomBytes = headroomBytes;
    }

    /**
     * Why no record, or none without a key, may go to the target; null where nothing stands against it.
     *
     * @throws RetriableException where the cluster has not answered yet
     */
    @Nullable
    Refusal refuse(Target target, boolean hasKey) {
        Refusal misnamed = refuseName(target);
        if (misnamed != null) {
            return misnamed;
        }
        TargetTopic topic = targets.find(target.topic());
        if (topic instanceof TargetTopic.Present present) {
            return present.needsKey() && !hasKey
                    ? refusal(Reason.TARGET_NOT_ALLOWED, target, "is compacted and takes no record without a key")
                    : null;
        } else if (topic instanceof TargetTopic.Absent) {
            return refusal(Reason.TARGET_MISSING, target, "does not exist and may not be created (topic.creation.*)");
        } else if (topic instanceof TargetTopic.Uncreatable refused) {
            return refusal(Reason.TARGET_MISSING, target, "could not be created: " + refused.cause());
        }
        return refusal(Reason.TARGET_NOT_ALLOWED, target, "may not be written to");
    }

    /** Why nothing may go to a target of that name, whatever the cluster says; null where nothing stands against it. */
    @Nullable
    Refusal refuseName(Target target) {
        String misnamed = misnamed(target);
        return misnamed == null ? null : refusal(Reason.TARGET_NOT_ALLOWED, target, misnamed);
    }

    /** Why the record is too large for its topic; null where it is not. */
    @Nullable
    Refusal refuseTooLarge(SourceRecord record) {
        long size = RecordSize.sent(record) + headroomBytes;
        int limit = Math.min(maxRecordBytes, present(record.topic()).maxMessageBytes());
        return size <= limit
                ? null
                : new Refusal(
                        Reason.TOO_LARGE,
                        "takes up to " + size + " bytes, beyond the " + limit + " of its target (max.message.bytes)"
                                + " or of the producer (producer.override.max.request.size)");
    }

    /** The bounds of a topic; Kafka's defaults where there is none. */
    TargetTopic.Present present(String topic) {
        return targets.find(topic) instanceof TargetTopic.Present present ? present : TargetTopic.Present.WITH_DEFAULTS;
    }

    /**
     * Makes sure that a topic of our own takes every record.
     *
     * @throws RetriableException where it does not exist
     * @throws ConnectException where it is compacted: it would lose records, and reject those without a key
     */
    void requireTaker(String topic) {
        if (!(targets.find(topic) instanceof TargetTopic.Present present)) {
            throw new RetriableException(
                    "The topic " + topic + " of the connector does not exist, or may not be accessed;"
                            + " nothing goes on before it is there");
        } else if (present.needsKey()) {
            throw new ConnectException("The topic " + topic + " of the connector must not be compacted");
        }
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
        } else if (TopicNames.isInternal(topic) || WORKER_TOPICS.contains(topic)) {
            return "is internal";
        } else if (inputs.includes(topic)) {
            return "is an input of the connector";
        } else if (inputs.tiers().isTier(topic)) {
            return "is a tier of the connector";
        } else if (reserved.test(topic)) {
            return "belongs to the connector itself";
        }
        return target.byMessage() && !allowed.allows(topic) ? "is not allowed (target.topics.allow)" : null;
    }

    private static Refusal refusal(Reason reason, Target target, String problem) {
        return new Refusal(reason, target.namedBy() + " names a target that " + problem);
    }
}
