/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import java.util.Map;
import java.util.Set;

/**
 * The topics of a connector by the keys that name them.
 *
 * @param inputs the topics that are read by name, each with the key that names it
 * @param targetKey the key that names the topic of due messages, which may be missing
 * @param refusedKey the key that names the topic of refused messages
 * @param outputs the topics that are written, each by the key that names it, apart from tiers and topics that messages name
 * @param reserved further topics that are the connector's own, and neither an input nor a target
 * @param own the topics that the connector creates for itself
 */
public record SourceTopics(
        Map<String, String> inputs,
        String targetKey,
        String refusedKey,
        Map<String, String> outputs,
        Set<String> reserved,
        OwnTopics own) {

    public SourceTopics {
        inputs = Map.copyOf(inputs);
        reserved = Set.copyOf(reserved);
    }

    /** The key that selects an input. */
    public String inputKey(String topic) {
        return inputs.getOrDefault(topic, SourceConfig.TOPICS_REGEX);
    }
}
