/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.topic.TopicNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides where records go: the first rule that matches names the topic. Created by {@link RouterConfig#router}. Not
 * safe for use by several threads.
 */
public final class Router {

    private static final Decision UNMATCHED = new Decision.Unmatched();

    /** A rendered text longer than this is not a topic name; its memory is released. */
    private static final int KEPT_CAPACITY = 4 * TopicNames.MAX_LENGTH;

    private final List<Rule> rules;
    private final @Nullable String unmatchedTopic;
    private final AllowedTopics allowed;
    private final @Nullable Partitioning partitioning;
    private final TopicCache known;
    private final Fields fields;
    private StringBuilder rendered = new StringBuilder(TopicNames.MAX_LENGTH);

    /**
     * Creates a router.
     *
     * @param unmatchedTopic the topic for records that match no rule; null if none
     * @param partitioning null if records keep their partitions
     * @param sources the sources of all rules and of the partitioning
     */
    Router(
            List<Rule> rules,
            @Nullable String unmatchedTopic,
            AllowedTopics allowed,
            @Nullable Partitioning partitioning,
            int cacheSize,
            Sources sources) {
        this.rules = List.copyOf(rules);
        this.unmatchedTopic = unmatchedTopic;
        this.allowed = allowed;
        this.partitioning = partitioning;
        this.known = new TopicCache(cacheSize);
        this.fields = new Fields(sources);
    }

    /** Decides where one record goes; does not change the record. */
    public Decision route(RecordView record) {
        fields.begin(record);
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            try {
                if (rule.when().holds(fields)) {
                    return follow(rule, record);
                }
            } catch (JsonException e) {
                return new Decision.Failed(reason(e), rule.name());
            }
        }
        if (unmatchedTopic == null) {
            return UNMATCHED;
        }
        try {
            return routed(unmatchedTopic, null, record);
        } catch (JsonException e) {
            return new Decision.Failed(reason(e), null);
        }
    }

    private Decision follow(Rule rule, RecordView record) throws JsonException {
        String topic = rule.to().constant();
        if (topic != null) {
            return routed(topic, rule.name(), record);
        }
        if (rendered.capacity() > KEPT_CAPACITY) {
            rendered = new StringBuilder(TopicNames.MAX_LENGTH);
        }
        rendered.setLength(0);
        if (!rule.to().render(fields, rendered)) {
            return new Decision.Failed(Reason.FIELD_MISSING, rule.name());
        }
        topic = known.get(rendered);
        if (topic == null) {
            topic = rendered.toString();
            if (TopicNames.problem(topic) != null) {
                return new Decision.Failed(Reason.ILLEGAL_TOPIC, rule.name());
            } else if (!allowed.allows(topic)) {
                return new Decision.Failed(Reason.TOPIC_NOT_ALLOWED, rule.name());
            }
            known.put(topic);
        }
        return routed(topic, rule.name(), record);
    }

    private Decision routed(String topic, @Nullable String rule, RecordView record) throws JsonException {
        Integer partition = partitioning == null ? record.partition() : partitioning.partition(fields);
        return new Decision.Routed(topic, partition, rule);
    }

    private static Reason reason(JsonException e) {
        return switch (e.kind()) {
            case BODY_NOT_JSON -> Reason.BODY_NOT_JSON;
            case BODY_FRAMED -> Reason.BODY_FRAMED;
            case TOO_DEEP -> Reason.TOO_DEEP;
        };
    }
}
