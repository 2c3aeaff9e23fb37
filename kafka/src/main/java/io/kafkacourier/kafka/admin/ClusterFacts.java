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

/** What a preflight asks a cluster for. Each method throws a {@link KafkaException} where the cluster does not answer. */
public interface ClusterFacts {

    /** How many brokers there are. */
    int brokers();

    /** The names of all topics that may be seen and are not internal. */
    Set<String> names();

    /** Those of the topics that exist and may be looked at, by name. */
    Map<String, TopicFacts> topics(Collection<String> names);

    /**
     * What the client may not do with each topic, among DESCRIBE, READ, WRITE and DELETE. If it may not even look at a topic,
     * that is DESCRIBE alone, and the topic need not exist. Topics of which the cluster says nothing are left out.
     */
    default Map<String, Set<AclOperation>> lacking(Collection<String> names) {
        return Map.of();
    }

    /**
     * A topic as it would be if it was created now; null where it exists, or that cannot be told.
     *
     * @throws ApiException where it cannot be created
     */
    @Nullable
    TopicFacts ifCreated(NewTopic topic);
}
