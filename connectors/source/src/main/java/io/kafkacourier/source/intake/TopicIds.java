/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import io.kafkacourier.kafka.admin.Patience;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's ids of the topics that are read. A topic that was deleted and created again has another id. Once the ids are in
 * doubt, no record may be read until they are {@linkplain #settled}. For one thread at a time.
 */
final class TopicIds {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * The least time that a poll waits for the ids of topics: a poll that returns without them is followed by the next at
     * once.
     */
    private static final Duration LEAST_WAIT = Duration.ofMillis(50);

    private final Function<Collection<String>, CompletableFuture<Map<String, String>>> lookUp;
    private final Map<String, String> known = new HashMap<>();
    /** The ids of deleted topics: a source that reports them is out of date. */
    private final Set<String> former = new HashSet<>();

    private Map<String, String> told = Map.of();
    private boolean inDoubt;
    /** The lookup that began when the ids were last in doubt; null if it still has to begin. */
    private @Nullable CompletableFuture<Map<String, String>> asked;

    /** @param lookUp starts to look up Kafka's ids of topics; an id that it leaves out counts as unchanged */
    TopicIds(Function<Collection<String>, CompletableFuture<Map<String, String>>> lookUp) {
        this.lookUp = lookUp;
    }

    /**
     * Looks up the ids of all topics.
     *
     * @param earlier ids that were looked up elsewhere some time ago
     */
    Map<String, String> start(Map<String, String> earlier) {
        known.putAll(earlier);
        known.putAll(Patience.forEach(PATIENCE).get(lookUp.apply(earlier.keySet())));
        return Map.copyOf(known);
    }

    /** Takes ids that were looked up elsewhere. They may be out of date, so that they can only raise doubt. */
    void told(Map<String, String> found) {
        if (found != told) {
            told = found;
            if (known.keySet().stream().anyMatch(topic -> isAnother(topic, found))) {
                doubt();
            }
        }
    }

    /** Requires a lookup that begins after this call. */
    void doubt() {
        inDoubt = true;
        asked = null;
    }

    boolean areInDoubt() {
        return inDoubt;
    }

    /** Ends the doubt: all topics that were created anew are {@linkplain #replace replaced}. */
    void settled() {
        inDoubt = false;
        asked = null;
    }

    /**
     * The topics that were created anew, with their new ids.
     *
     * @return null if the cluster did not answer within the timeout; the same lookup is awaited the next time
     * @throws RetriableException if the lookup failed; the next call begins another
     */
    @Nullable
    Map<String, String> changed(Duration timeout) {
        CompletableFuture<Map<String, String>> answer =
                asked == null ? lookUp.apply(List.copyOf(known.keySet())) : asked;
        asked = answer;
        Map<String, String> ids;
        try {
            ids = Patience.forEach(timeout.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : timeout)
                    .get(answer);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            if (!answer.isDone()) {
                return null;
            }
            asked = null;
            throw new RetriableException(
                    "Whether topics of the task were created anew is not known yet: " + e.getMessage(), e);
        }
        Map<String, String> changed = new HashMap<>(ids);
        changed.keySet().removeIf(topic -> !isAnother(topic, ids));
        return changed;
    }

    /**
     * The new id of a topic, looked up now; null if it was not created anew.
     *
     * @throws RetriableException if the lookup fails
     */
    @Nullable
    String changed(String topic) {
        Map<String, String> ids;
        try {
            ids = Patience.forEach(PATIENCE).get(lookUp.apply(Set.of(topic)));
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw new RetriableException(
                    "The state of the records of topic " + topic + " is not known yet: " + e.getMessage(), e);
        }
        return isAnother(topic, ids) ? ids.get(topic) : null;
    }

    /** Takes the new id of a topic that was created anew. Its former id is never taken again. */
    void replace(String topic, String id) {
        String before = known.put(topic, id);
        if (before != null) {
            former.add(before);
        }
    }

    private boolean isAnother(String topic, Map<String, String> ids) {
        String before = known.get(topic);
        String id = ids.get(topic);
        return before != null && id != null && !id.equals(before) && !former.contains(id);
    }
}
