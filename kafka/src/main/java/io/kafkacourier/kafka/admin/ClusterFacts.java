/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a cluster that a preflight needs. Each method throws a {@link KafkaException} if the cluster does not
 * answer.
 */
public interface ClusterFacts {

    /** The number of brokers. */
    int brokers();

    /** The names of all visible topics that are not internal. */
    Set<String> names();

    /** The topics among {@code names} that exist and may be described, by name. */
    Map<String, TopicFacts> topics(Collection<String> names);

    /**
     * The permissions that the client lacks on each topic, among DESCRIBE, READ, WRITE and DELETE. If it lacks
     * DESCRIBE, the set contains only that, and the topic may not exist. The map has no entry for a topic whose
     * permissions the cluster does not report.
     */
    default Map<String, Set<AclOperation>> lacking(Collection<String> names) {
        return Map.of();
    }

    /**
     * The properties that a topic would have if it was created now; null if it exists, or if the cluster does not
     * report them.
     *
     * @throws ApiException if it cannot be created
     */
    @Nullable
    TopicFacts ifCreated(NewTopic topic);
}
