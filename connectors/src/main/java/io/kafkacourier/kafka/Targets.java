/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what the cluster said of each target. An answer is asked for anew, in the background, when it is older than
 * {@link #REFRESH}; that a topic is absent is believed for {@link #ABSENT_FOR} only. Holds the {@value #CAPACITY} targets
 * used last. For one thread at a time.
 */
public final class Targets {

    private static final Logger log = LoggerFactory.getLogger(Targets.class);

    static final Duration REFRESH = Duration.ofSeconds(30);
    static final Duration ABSENT_FOR = Duration.ofSeconds(5);
    static final int CAPACITY = 10_000;

    private final TopicLookup lookup;
    private final Clock clock;
    private final Duration patience;
    private final Map<String, Answer> answers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
            return size() > CAPACITY;
        }
    };

    /** @param patience how long to wait for an answer at most */
    public Targets(TopicLookup lookup, Clock clock, Duration patience) {
        this.lookup = lookup;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * What is known of a topic.
     *
     * @throws RetriableException where the cluster has not answered yet
     */
    public TargetTopic find(String topic) {
        Answer answer = answer(topic);
        if (answer.known == null && answer.asked != null) {
            await(answer.asked);
            answer.update(clock.millis());
        }
        if (answer.known == null) {
            throw new RetriableException("The cluster has not said yet whether the target of a message exists");
        }
        return answer.known;
    }

    private void await(CompletableFuture<TargetTopic> asked) {
        try {
            asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.debug("No answer within {} on whether a target exists", patience);
        } catch (ExecutionException e) {
            throw new RetriableException(
                    "The cluster could not say whether the target of a message exists", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Answer answer(String topic) {
        long nowMs = clock.millis();
        Answer answer = answers.computeIfAbsent(topic, name -> new Answer());
        answer.update(nowMs);
        if (answer.asked == null && answer.isOutdated(nowMs)) {
            answer.asked = lookup.look(topic);
        }
        return answer;
    }

    /** What is known of one topic, and the question that is under way. */
    private static final class Answer {

        private @Nullable TargetTopic known;
        private long knownSinceMs;
        private @Nullable CompletableFuture<TargetTopic> asked;

        boolean isOutdated(long nowMs) {
            return known == null || age(nowMs) > REFRESH.toMillis();
        }

        /** Takes an answer that has come, and forgets an absence that is not to be believed any more. */
        void update(long nowMs) {
            if (asked != null && asked.isDone()) {
                if (!asked.isCompletedExceptionally()) {
                    known = asked.join();
                    knownSinceMs = nowMs;
                }
                asked = null;
            }
            if (!(known instanceof TargetTopic.Present) && age(nowMs) > ABSENT_FOR.toMillis()) {
                known = null;
            }
        }

        /** How old the answer is; the clock may have stepped back since. */
        private long age(long nowMs) {
            return Math.abs(nowMs - knownSinceMs);
        }
    }
}
