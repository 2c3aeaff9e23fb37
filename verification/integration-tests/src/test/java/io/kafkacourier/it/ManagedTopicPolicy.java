/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.util.Map;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;

/**
 * Rejects the same settings as managed clusters. A broker applies it to topics whose names begin with {@code managed}.
 */
public final class ManagedTopicPolicy implements CreateTopicPolicy {

    private static final long LEAST_SEGMENT_BYTES = 52_428_800;

    /** Used by a broker. */
    public ManagedTopicPolicy() {}

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public void validate(RequestMetadata topic) {
        Map<String, String> settings = topic.configs();
        if (!topic.topic().startsWith("managed")) {
            return;
        } else if (Long.parseLong(settings.getOrDefault("segment.bytes", "1073741824")) < LEAST_SEGMENT_BYTES) {
            throw new PolicyViolationException("segment.bytes must be at least " + LEAST_SEGMENT_BYTES);
        } else if (settings.getOrDefault("retention.ms", "604800000").equals("-1")) {
            throw new PolicyViolationException("retention.ms must not be unlimited");
        }
    }

    @Override
    public void close() {}
}
