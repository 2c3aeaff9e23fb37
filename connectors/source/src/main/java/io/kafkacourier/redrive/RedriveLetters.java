/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.rule.ConditionExpression;
import io.kafkacourier.failure.Failure;
import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.retry.config.RetryKeys;
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

/** Decides which dead letters are sent back, and makes the records that are sent. For one thread at a time. */
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
        this.condition = plan.when().isEmpty() ? null : ConditionExpression.parse(RetryKeys.REDRIVE_WHEN, plan.when());
    }

    /** A dead letter that was read. */
    sealed interface Letter {

        /** The letter itself. */
        ConsumerRecord<byte[], byte[]> record();
    }

    /** A letter that is not sent, regardless of topics. */
    record Decided(ConsumerRecord<byte[], byte[]> record, Outcome outcome) implements Letter {}

    /** A letter with a target. */
    record Addressed(ConsumerRecord<byte[], byte[]> record, Failure failure, Target target) implements Letter {}

    /** What to do with a letter that has a target. */
    sealed interface Answer {}

    /**
     * It is sent.
     *
     * @param topic the topic that it goes to
     * @param draft the content
     * @param trialBytes the size for {@link Trials}; 0 if it is not a trial
     * @param isAlone whether nothing else may be sent with it
     */
    record Sent(String topic, Draft draft, long trialBytes, boolean isAlone) implements Answer {}

    /** It stays where it is. */
    record Refused() implements Answer {}

    /** Its topic accepts none at the moment. */
    record Blocked(BlockedException reason) implements Answer {}

    /** It has to be the first of a batch. */
    record NextBatch() implements Answer {}

    /** Reads a dead letter, and decides everything that does not depend on a topic. */
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
                ? refused(letter, new Refusal(Reason.NO_ORIGIN, "has no header that names the topic it was first in"))
                : new Addressed(letter, failure, destination);
    }

    /** Announces which letters come next, so that the cluster can be asked about all their topics together. */
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

    /** Announces which topics are needed next, so that the cluster can be asked about them together. */
    void expectTopics(Collection<String> next) {
        rules.expect(() -> next);
    }

    /**
     * Makes the record for a letter, if its topic accepts it.
     *
     * @param isFirst whether it is the first of its batch
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

    /** The record for a topic that a message names. Whether the worker's producer may write there is not known beforehand. */
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
     * Why letters cannot go at the moment to a topic that an earlier letter had as target; null if they can, or never will.
     *
     * @throws RetriableException if the cluster has not answered yet
     */
    @Nullable
    BlockedException blocked(String topic) {
        return rules.judge(RetryTarget.byOrigin(topic), true) instanceof TargetRules.Verdict.NotNow notNow
                ? notNow.exception()
                : null;
    }

    /** Makes sure that the control topic accepts records. */
    void requireControlTopic() {
        rules.requireTaker(plan.controlTopic());
    }

    private boolean isSelected(ConsumerRecord<byte[], byte[]> letter) {
        try {
            return condition == null || condition.holds(new ConsumerRecordView(letter));
        } catch (JsonException e) {
            log.debug(
                    "{}-{}@{} is left: its body {}",
                    letter.topic(),
                    letter.partition(),
                    letter.offset(),
                    e.getMessage());
            return false;
        }
    }

    /** As many more retries as the plan grants, or the retries that it had left, if that is more. */
    private int mostRetries(Failure failure) {
        long granted = (long) failure.retries() + plan.grant();
        return (int) Math.max(failure.granted(), Math.min(granted, FailureReader.MOST_COUNTED));
    }

    /** The count of attempts continues; the times of earlier failures are before the new due time, which is now. */
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
                    "The dead letter {}-{}@{} stays where it is: it {} ({}); further ones are only counted",
                    letter.topic(),
                    letter.partition(),
                    letter.offset(),
                    refusal.detail(),
                    refusal.reason());
        }
        return new Decided(letter, Outcome.REFUSED);
    }
}
