/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.core.header.HeaderNames;
import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.rule.ConditionExpression;
import io.kafkacourier.kafka.TargetTopic;
import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import io.kafkacourier.source.RecordSize;
import io.kafkacourier.source.Target;
import io.kafkacourier.source.TargetRules;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which dead letters are sent back, and makes what is sent. For one thread at a time. */
final class RedriveLetters {

    private static final Logger log = LoggerFactory.getLogger(RedriveLetters.class);

    /** What goes, one after the other, where a record is too large. */
    private static final List<UnaryOperator<ConnectHeaders>> SIZES =
            List.of(UnaryOperator.identity(), StoryHeaders::withoutHistory);

    private final RedrivePlan plan;
    private final RetryTarget target;
    private final StoryHeaders story;
    private final FailureReader failures;
    private final TargetRules rules;
    private final @Nullable ConditionExpression condition;
    private final Set<Reason> logged = EnumSet.noneOf(Reason.class);

    RedriveLetters(
            RedrivePlan plan, RetryTarget target, StoryHeaders story, FailureReader failures, TargetRules rules) {
        this.plan = plan;
        this.target = target;
        this.story = story;
        this.failures = failures;
        this.rules = rules;
        this.condition =
                plan.when().isEmpty() ? null : ConditionExpression.parse(RetrySourceConfig.REDRIVE_WHEN, plan.when());
    }

    /**
     * What becomes of a dead letter.
     *
     * @param record what is sent, without its source offset; null where nothing is
     */
    record Examined(Outcome outcome, @Nullable SourceRecord record) {}

    /**
     * Examines a dead letter.
     *
     * @param nowMs epoch ms
     * @throws RetriableException where the cluster has not answered yet
     */
    Examined examine(ConsumerRecord<byte[], byte[]> letter, long nowMs) {
        if (!isSelected(letter)) {
            return new Examined(Outcome.LEFT, null);
        }
        boolean isOurs = letter.headers().lastHeader(HeaderNames.RETRY_REASON) != null;
        Failure failure = isOurs ? failures.readDead(letter) : failures.readForeign(letter);
        if (failure.redrives() >= plan.most()) {
            return new Examined(Outcome.LOOP, null);
        } else if (letter.value() == null && StoryHeaders.hasShedValue(letter.headers())) {
            return refused(letter, new Refusal(Reason.TOO_LARGE, "was too large to keep its value"));
        } else if (plan.isDryRun()) {
            return new Examined(Outcome.REDRIVEN, null);
        }
        Target destination = target.of(failure);
        if (destination == null) {
            return refused(letter, new Refusal(Reason.NO_ORIGIN, "does not say in which topic it first was"));
        }
        TargetRules.Verdict verdict = rules.judge(destination, letter.key() != null);
        if (verdict instanceof TargetRules.Verdict.NotNow notNow) {
            throw notNow.exception();
        }
        return verdict instanceof TargetRules.Verdict.Yes yes
                ? redriven(letter, failure, destination.topic(), yes.topic(), nowMs)
                : refused(letter, ((TargetRules.Verdict.No) verdict).refusal());
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
    private Examined redriven(
            ConsumerRecord<byte[], byte[]> letter,
            Failure failure,
            String topic,
            TargetTopic.Present bounds,
            long nowMs) {
        ConnectHeaders headers = StoryHeaders.withoutLastError(story.again(
                letter,
                failure.redriven(),
                failure.retries(),
                mostRetries(failure),
                Math.max(nowMs, failure.failureMs() + 1)));
        Refusal tooLarge = null;
        for (UnaryOperator<ConnectHeaders> size : SIZES) {
            SourceRecord sent = new SourceRecord(
                    null,
                    null,
                    topic,
                    null,
                    Schema.OPTIONAL_BYTES_SCHEMA,
                    letter.key(),
                    Schema.OPTIONAL_BYTES_SCHEMA,
                    letter.value(),
                    null,
                    size.apply(headers));
            tooLarge = rules.refuseTooLarge(sent, bounds, RecordSize.held(letter) + story.mostBytes());
            if (tooLarge == null) {
                return new Examined(Outcome.REDRIVEN, sent);
            }
        }
        return refused(letter, Objects.requireNonNull(tooLarge));
    }

    private Examined refused(ConsumerRecord<byte[], byte[]> letter, Refusal refusal) {
        if (logged.add(refusal.reason())) {
            log.warn(
                    "The dead letter {}-{}@{} stays where it is, as it {} ({}); further ones are only counted",
                    letter.topic(),
                    letter.partition(),
                    letter.offset(),
                    refusal.detail(),
                    refusal.reason());
        }
        return new Examined(Outcome.REFUSED, null);
    }
}
