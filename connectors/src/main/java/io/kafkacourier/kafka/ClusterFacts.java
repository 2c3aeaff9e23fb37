/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
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
     * A topic as it would be if it was created now; null where it exists, or that cannot be told.
     *
     * @throws ApiException where it cannot be created
     */
    @Nullable
    TopicFacts ifCreated(NewTopic topic);
}
