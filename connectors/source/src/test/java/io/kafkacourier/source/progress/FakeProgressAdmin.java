/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/** A cluster that carries out and records all requests, except those for forbidden topics. */
final class FakeProgressAdmin implements ProgressAdmin {

    final List<String> requests = new ArrayList<>();
    final Map<String, String> topicIds = new HashMap<>();
    final Map<TopicPartition, Long> ends = new HashMap<>();
    final Map<TopicPartition, Long> logEnds = new HashMap<>();
    final Set<String> forbidden = new HashSet<>();
    KafkaException failure = new TopicAuthorizationException(forbidden);

    @Override
    public Outcome alterGroup(String group, Map<TopicPartition, Long> offsets) {
        return answer(group, offsets);
    }

    @Override
    public Outcome deleteBelow(Map<TopicPartition, Long> offsets) {
        return answer("delete", offsets);
    }

    @Override
    public Outcome ends(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> asked = new HashMap<>(ends);
        asked.keySet().retainAll(partitions);
        return answer("ends", asked);
    }

    @Override
    public Outcome logEnds(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> asked = new HashMap<>(logEnds);
        asked.keySet().retainAll(partitions);
        return answer("log ends", asked);
    }

    @Override
    public Map<String, String> topicIds(Collection<String> topics) {
        Map<String, String> asked = new HashMap<>(topicIds);
        asked.keySet().retainAll(topics);
        return asked;
    }

    private Outcome answer(String request, Map<TopicPartition, Long> offsets) {
        Map<String, Long> sorted = new TreeMap<>();
        offsets.forEach((partition, offset) -> sorted.put(partition.toString(), offset));
        requests.add(request + " " + sorted);
        Map<TopicPartition, Long> done = new HashMap<>(offsets);
        boolean anyForbidden = done.keySet().removeIf(partition -> forbidden.contains(partition.topic()));
        return new Outcome(done, anyForbidden ? failure : null);
    }
}
