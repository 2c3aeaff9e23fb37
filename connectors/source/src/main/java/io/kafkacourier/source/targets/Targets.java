/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the cluster's answers about each target. For one thread at a time.
 *
 * <ul>
 *   <li>A topic that is in use is looked up again in the background, every {@link #REFRESH} or so. A topic that was not
 *       looked up within twice that time, or within {@link #FRESH} if there are thousands, is looked up before it is used:
 *       a record that is sent to a deleted topic never arrives. If the cluster does not answer in time, an older answer
 *       counts for {@link #BELIEVED}.
 *   <li>A topic counts as missing, or as not writable, when two lookups agree that are {@link #AGREE} apart: a broker that
 *       lags behind may not know the topic yet.
 *   <li>All topics that are needed next are looked up in one request.
 * </ul>
 *
 * <p>Holds the {@value #CAPACITY} topics used last, and as many names without a certain answer.
 */
final class Targets {

    static final Duration REFRESH = Duration.ofSeconds(1);
    static final Duration FRESH = Duration.ofSeconds(5);
    static final Duration BELIEVED = Duration.ofSeconds(30);

    /** How far apart two lookups are that confirm each other, at least and at most. */
    static final Duration AGREE = Duration.ofSeconds(2);

    static final Duration AGREE_WITHIN = Duration.ofMinutes(5);

    /** How long a confirmed absence is believed. */
    static final Duration ABSENT_FOR = Duration.ofSeconds(5);

    /** How long any other obstacle is believed. */
    static final Duration BLOCKED_FOR = Duration.ofMillis(500);

    /** How long the cluster may take to answer before other topics no longer wait for it. */
    static final Duration ANSWERED_WITHIN = Duration.ofSeconds(1);

    static final int CAPACITY = 10_000;

    /** The most names in one request. */
    static final int MOST_AT_ONCE = 2_000;

    private static final Logger log = LoggerFactory.getLogger(Targets.class);

    /** How many of the oldest names are searched for one to forget. */
    private static final int ELDEST = 16;

    /** How long a name without a certain answer keeps its place. */
    static final Duration ABANDONED = Duration.ofMinutes(5);

    /** How many topics are refreshed per second: the more topics there are, the less often each is refreshed. */
    private static final int REFRESHED_PER_SECOND = 500;

    private final TopicLookup lookup;
    private final Clock clock;
    private final Duration patience;
    private final Map<String, Answer> settled = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
            return size() > CAPACITY;
        }
    };
    private final Map<String, Answer> unsettled = new LinkedHashMap<>();
    private Supplier<? extends Collection<String>> upcoming = List::of;
    /** Until when no answer is waited for, because one did not come in time. */
    private long impatientUntilNanos = System.nanoTime();

    /** @param patience how long to wait for an answer at most */
    Targets(TopicLookup lookup, Clock clock, Duration patience) {
        this.lookup = lookup;
        this.clock = clock;
        this.patience = patience;
    }

    /** Says which topics are going to be needed next, so that they can be asked for together. */
    void expect(Supplier<? extends Collection<String>> topics) {
        upcoming = topics;
    }

    /**
     * The known state of a topic; {@link TargetTopic.Unsure} if nothing is certain.
     *
     * @throws RetriableException if the cluster was asked and has not answered yet
     */
    TargetTopic find(String topic) {
        Answer answer = answer(topic);
        if (answer == null) {
            return new TargetTopic.Unsure(Obstacle.NO_ANSWER);
        }
        if (answer.isToBeAsked(clock.millis())) {
            ask(topic, answer);
        }
        if (answer.isOutdated(clock.millis())) {
            await(answer);
            answer.update();
        }
        TargetTopic known = answer.known(clock.millis());
        if (!(known instanceof TargetTopic.Unsure) && unsettled.remove(topic) != null) {
            settled.put(topic, answer);
        }
        return known;
    }

    /** Looks up a topic, together with the topics that are needed next and have to be looked up too. */
    private void ask(String topic, Answer asking) {
        Map<String, Answer> names = new LinkedHashMap<>();
        names.put(topic, asking);
        for (String next : upcoming.get()) {
            if (names.size() == MOST_AT_ONCE) {
                break;
            }
            Answer answer = names.containsKey(next) ? null : answer(next);
            if (answer != null && answer.isToBeAsked(clock.millis())) {
                names.put(next, answer);
            }
        }
        long nowMs = clock.millis();
        Map<String, CompletableFuture<TargetTopic>> asked = new HashMap<>(lookup.look(names.keySet()));
        names.forEach((name, answer) -> answer.asked(Objects.requireNonNull(asked.get(name)), nowMs));
    }

    private void await(Answer answer) {
        CompletableFuture<TargetTopic> asked = answer.asked;
        long waitNanos = System.nanoTime() < impatientUntilNanos ? 0 : patience.toNanos();
        try {
            if (asked != null) {
                asked.get(waitNanos, TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException e) {
            if (waitNanos > 0) {
                impatientUntilNanos = System.nanoTime() + patience.toNanos();
            }
            log.debug("No answer within {} on whether a target exists", patience);
        } catch (ExecutionException e) {
            log.debug("The cluster could not say whether a target exists", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The answer for a topic so far; null if there is no room for further names without a certain answer. */
    private @Nullable Answer answer(String topic) {
        Answer answer = settled.get(topic);
        if (answer == null) {
            answer = unsettled.get(topic);
        }
        if (answer == null && (unsettled.size() < CAPACITY || forgetAbandoned())) {
            answer = new Answer();
            unsettled.put(topic, answer);
        }
        if (answer != null) {
            answer.update();
        }
        return answer;
    }

    private boolean forgetAbandoned() {
        long nowMs = clock.millis();
        return unsettled.entrySet().stream()
                .limit(ELDEST)
                .filter(each ->
                        each.getValue().asked == null && age(each.getValue().askedMs, nowMs) > ABANDONED.toMillis())
                .map(Map.Entry::getKey)
                .findFirst()
                .map(name -> unsettled.remove(name) != null)
                .orElse(false);
    }

    private long refreshMs() {
        return Math.max(
                REFRESH.toMillis(),
                Math.min(FRESH.toMillis() - REFRESH.toMillis(), 1_000L * settled.size() / REFRESHED_PER_SECOND));
    }

    private long freshMs() {
        return refreshMs() + REFRESH.toMillis();
    }

    /** How long ago a time was; the clock may have stepped back since. */
    private static long age(long ms, long nowMs) {
        return Math.abs(nowMs - ms);
    }

    /** The known state of one topic, and the lookup that is under way. Times are those at which a lookup began. */
    private final class Answer {

        private @Nullable TargetTopic last;
        private long lastMs;
        /** When the first of the consecutive lookups began that all found the topic missing, or all found it not writable. */
        private long deniedSinceMs;

        private boolean isConfirmed;
        private @Nullable CompletableFuture<TargetTopic> asked;
        private long askedMs = clock.millis();
        private long unansweredSinceMs = -1;
        private @Nullable Throwable failure;

        void asked(CompletableFuture<TargetTopic> question, long nowMs) {
            asked = question;
            askedMs = nowMs;
            if (unansweredSinceMs < 0) {
                unansweredSinceMs = nowMs;
            }
            update();
        }

        boolean isToBeAsked(long nowMs) {
            if (asked != null) {
                return false;
            }
            return last == null || age(lastMs, nowMs) > (isUsable() ? refreshMs() : believedMs());
        }

        /** Whether the answer is too old to be used without a new one. */
        boolean isOutdated(long nowMs) {
            return last == null || age(lastMs, nowMs) > (isUsable() ? freshMs() : believedMs());
        }

        private boolean isUsable() {
            return last instanceof TargetTopic.Present present && present.obstacle() == null;
        }

        private long believedMs() {
            return isConfirmed ? ABSENT_FOR.toMillis() : BLOCKED_FOR.toMillis();
        }

        /** Takes an answer that has arrived. */
        void update() {
            if (asked == null || !asked.isDone()) {
                return;
            }
            if (asked.isCompletedExceptionally()) {
                failure = asked.handle((found, thrown) -> thrown).join();
            } else {
                take(asked.join());
            }
            asked = null;
        }

        private void take(TargetTopic found) {
            if (found instanceof TargetTopic.Present) {
                isConfirmed = false;
            } else if (last == null
                    || last.getClass() != found.getClass()
                    || age(lastMs, askedMs) > AGREE_WITHIN.toMillis()) {
                deniedSinceMs = askedMs;
                isConfirmed = false;
            } else if (age(deniedSinceMs, askedMs) >= AGREE.toMillis()) {
                isConfirmed = true;
            }
            last = found;
            lastMs = askedMs;
            unansweredSinceMs = -1;
            failure = null;
        }

        TargetTopic known(long nowMs) {
            boolean isNegative = last != null && !(last instanceof TargetTopic.Present);
            long believedMs = isNegative ? ABSENT_FOR.toMillis() : BELIEVED.toMillis();
            if (last != null && age(lastMs, nowMs) <= believedMs) {
                return !isNegative || isConfirmed ? last : new TargetTopic.Unsure(Obstacle.UNCONFIRMED);
            } else if (unansweredSinceMs >= 0 && age(unansweredSinceMs, nowMs) >= ANSWERED_WITHIN.toMillis()) {
                return new TargetTopic.Unsure(Obstacle.NO_ANSWER);
            } else if (failure != null) {
                throw new RetriableException(
                        "The cluster could not say whether the target of a message exists", failure);
            }
            throw new RetriableException("The cluster has not answered yet whether the target of a message exists");
        }
    }
}
