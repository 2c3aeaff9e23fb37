/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.rule.ConditionExpression;
import io.kafkacourier.failure.Failure;
import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.targets.TargetRules;
import io.kafkacourier.source.targets.Trials;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which dead letters are sent back, and makes what is sent. For one thread at a time. */
final class RedriveLetters {

    private static final Logger log = LoggerFactory.getLogger(RedriveLetters.class);

    private final RedrivePlan plan;
    private final RetryTarget target;
    private final StoryHeaders story;
    private final FailureReader failures;
    private final TargetRules rules;
    private final Fitting fitting;
    private final Trials trials;
    private final @Nullable ConditionExpression condition;
    private final Set<Reason> logged = EnumSet.noneOf(Reason.class);

    RedriveLetters(
            RedrivePlan plan,
            RetryTarget target,
            StoryHeaders story,
            FailureReader failures,
            TargetRules rules,
            Fitting fitting,
            Trials trials) {
        this.plan = plan;
        this.target = target;
        this.story = story;
        this.failures = failures;
        this.rules = rules;
        this.fitting = fitting;
        this.trials = trials;
        this.condition = plan.when().isEmpty() ? null : ConditionExpression.parse(RedrivePlan.WHEN, plan.when());
    }

    /** A dead letter that was read. */
    sealed interface Letter {

        /** The letter itself. */
        ConsumerRecord<byte[], byte[]> record();
    }

    /** A letter that is not sent, whatever becomes of the topics. */
    record Decided(ConsumerRecord<byte[], byte[]> record, Outcome outcome) implements Letter {}

    /** A letter that is to go to a topic. */
    record Addressed(ConsumerRecord<byte[], byte[]> record, Failure failure, Target target) implements Letter {}

    /** What becomes of a letter that is to go to a topic. */
    sealed interface Answer {}

    /**
     * It goes.
     *
     * @param topic where it goes
     * @param draft what is sent
     * @param trialBytes for {@link Trials}, of which this is a part; 0 if it is none
     * @param isAlone whether nothing else may be sent with it
     */
    record Sent(String topic, Draft draft, long trialBytes, boolean isAlone) implements Answer {}

    /** It stays where it is. */
    record Refused() implements Answer {}

    /** Its topic takes none at the moment. */
    record Blocked(BlockedException reason) implements Answer {}

    /** It has to be the first of a batch. */
    record NextBatch() implements Answer {}

    /** Reads a dead letter: everything of it that no topic decides. */
    Letter read(ConsumerRecord<byte[], byte[]> letter) {
        if (!isSelected(letter)) {
            return new Decided(letter, Outcome.LEFT);
        }
        boolean isOurs = letter.headers().lastHeader(HeaderNames.RETRY_REASON) != null;
        Failure failure = isOurs ? failures.readDead(letter) : failures.readForeign(letter);
        if (failure.redrives() >= plan.most()) {
            return new Decided(letter, Outcome.LOOP);
        } else if (letter.value() == null && StoryHeaders.hasShedValue(letter.headers())) {
            return refused(letter, new Refusal(Reason.TOO_LARGE, "was too large to keep its value"));
        } else if (plan.isDryRun()) {
            return new Decided(letter, Outcome.REDRIVEN);
        }
        Target destination = target.of(failure);
        return destination == null
                ? refused(letter, new Refusal(Reason.NO_ORIGIN, "does not say in which topic it first was"))
                : new Addressed(letter, failure, destination);
    }

    /** Says which letters come next, so that the cluster can be asked for all their topics together. */
    void expect(Collection<Letter> next) {
        rules.expect(() -> {
            Set<String> topics = new LinkedHashSet<>();
            for (Letter letter : next) {
                if (letter instanceof Addressed addressed && rules.refuseName(addressed.target()) == null) {
                    topics.add(addressed.target().topic());
                }
            }
            return topics;
        });
    }

    /** Says which topics are asked for next, so that the cluster can be asked for them together. */
    void expectTopics(Collection<String> next) {
        rules.expect(() -> next);
    }

    /**
     * Makes what is sent of a letter, if its topic takes it.
     *
     * @param isFirst whether nothing else goes with it so far
     * @param nowMs epoch ms
     * @throws RetriableException if the cluster has not answered yet
     */
    Answer send(Addressed letter, boolean isFirst, long nowMs) {
        Target destination = letter.target();
        TargetRules.Verdict verdict = rules.judge(destination, letter.record().key() != null);
        if (verdict instanceof TargetRules.Verdict.NotNow notNow) {
            return new Blocked(notNow.exception());
        } else if (verdict instanceof TargetRules.Verdict.No no) {
            refused(letter.record(), no.refusal());
            return new Refused();
        }
        TargetTopic.Present bounds = ((TargetRules.Verdict.Yes) verdict).topic();
        ConsumerRecord<byte[], byte[]> record = letter.record();
        Fitting.Fit fit = fitting.fit(
                redriven(record, letter.failure(), nowMs), bounds, RecordSize.held(record) + story.mostBytes());
        if (fit.tooLarge() != null) {
            refused(record, fit.tooLarge());
            return new Refused();
        }
        return destination.byMessage()
                ? tried(letter, fit.draft(), bounds, isFirst)
                : new Sent(destination.topic(), fit.draft(), 0, false);
    }

    /** A record for a topic that a message names: whether the worker's producer may write there is not known beforehand. */
    private Answer tried(Addressed letter, Draft draft, TargetTopic.Present bounds, boolean isFirst) {
        String topic = letter.target().topic();
        long bytes = Trials.bytes(draft, bounds);
        Trials.Ruling ruling = trials.rule(topic, bytes);
        String refusal = Trials.refusal(ruling);
        if (refusal != null) {
            refused(
                    letter.record(),
                    new Refusal(Reason.TARGET_NOT_ALLOWED, letter.target().namedBy() + " " + refusal));
            return new Refused();
        }
        boolean isAlone = ruling == Trials.Ruling.SEND_ALONE;
        return isAlone && !isFirst ? new NextBatch() : new Sent(topic, draft, bytes, isAlone);
    }

    /**
     * Why letters cannot go to a topic that an earlier one was to go to; null if they can, or never will.
     *
     * @throws RetriableException if the cluster has not answered yet
     */
    @Nullable
    BlockedException blocked(String topic) {
        return rules.judge(RetryTarget.byOrigin(topic), true) instanceof TargetRules.Verdict.NotNow notNow
                ? notNow.exception()
                : null;
    }

    /** Makes sure that a topic takes what tells of the redrive. */
    void requireControlTopic() {
        rules.requireTaker(plan.controlTopic());
    }

    private boolean isSelected(ConsumerRecord<byte[], byte[]> letter) {
        try {
            return condition == null || condition.holds(new ConsumerRecordView(letter));
        } catch (JsonException e) {
            log.debug(
                    "{}-{}@{} is left, as a body {}",
                    letter.topic(),
                    letter.partition(),
                    letter.offset(),
                    e.getMessage());
            return false;
        }
    }

    /** As many more as are granted, or as it had left if that is more: those it keeps. */
    private int mostRetries(Failure failure) {
        long granted = (long) failure.retries() + plan.grant();
        return (int) Math.max(failure.granted(), Math.min(granted, FailureReader.MOST_COUNTED));
    }

    /** Attempts go on counting; what an earlier failure said of its time is before the new due time, which is now. */
    private Draft redriven(ConsumerRecord<byte[], byte[]> letter, Failure failure, long nowMs) {
        ConnectHeaders headers = StoryHeaders.withoutLastError(story.again(
                letter,
                failure.redriven(),
                failure.retries(),
                mostRetries(failure),
                Math.max(nowMs, failure.failureMs() + 1)));
        return Draft.of(letter.key(), letter.value(), headers)
                .or(() -> Draft.of(letter.key(), letter.value(), StoryHeaders.withoutHistory(headers)));
    }

    private Letter refused(ConsumerRecord<byte[], byte[]> letter, Refusal refusal) {
        if (logged.add(refusal.reason())) {
            log.warn(
                    "The dead letter {}-{}@{} stays where it is, as it {} ({}); further ones are only counted",
                    letter.topic(),
                    letter.partition(),
                    letter.offset(),
                    refusal.detail(),
                    refusal.reason());
        }
        return new Decided(letter, Outcome.REFUSED);
    }
}
