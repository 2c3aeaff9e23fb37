/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;

/** Finds and creates the topics of a connector. Each call waits for the answer. */
public interface TopicAdmin {

    /**
     * The named topics that exist, by name.
     *
     * @throws KafkaException if the cluster does not answer
     */
    List<InputTopic> find(Collection<String> names);

    /**
     * The named topics that exist, and the others whose names are accepted, by name.
     *
     * @throws KafkaException if the cluster does not answer
     */
    List<InputTopic> find(Collection<String> names, Predicate<String> accepted);

    /**
     * The largest {@code max.message.bytes} of the topics.
     *
     * @throws KafkaException if the cluster does not answer
     */
    int maxMessageBytes(Collection<InputTopic> topics);

    /**
     * Creates topics.
     *
     * @param insteadOf what to create instead of a topic that the cluster refused; empty if that is final
     * @return those that did not exist
     * @throws KafkaException if one neither exists nor can be created
     */
    List<InputTopic> create(List<NewTopic> topics, BiFunction<NewTopic, ApiException, Optional<NewTopic>> insteadOf);

    /**
     * Creates a topic, unless it exists.
     *
     * @throws KafkaException if it neither exists nor can be created
     */
    void create(NewTopic topic);
}
