/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.failure.Failure;
import io.kafkacourier.failure.Fault;
import io.kafkacourier.failure.History;
import io.kafkacourier.failure.Origin;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.Story;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryRulesTest {

    private static final long FAILED = 100_000;
    private static final Backoff BACKOFF = new Backoff(1_000, 2, 60_000, 0);

    private final RetryRules rules = new RetryRules(settings(null, "sink.retry"));

    @ParameterizedTest
    @CsvSource({
        "TASK_PUT,         a.Other,     ,           ",
        "TASK_PUT,         a.Bad,       ,           NON_RETRIABLE",
        "TASK_PUT,         a.Other,     a.Bad,      NON_RETRIABLE",
        "TASK_PUT,         a.Bad,       a.Good,     ",
        "TASK_PUT,         a.Good,      a.Bad,      ",
        "VALUE_CONVERTER,  a.Other,     ,           DESERIALIZATION",
        "KEY_CONVERTER,    a.Bad,       ,           DESERIALIZATION",
        "HEADER_CONVERTER, ,            ,           DESERIALIZATION",
        "VALUE_CONVERTER,  a.Other,     a.Good,     ",
        "TRANSFORMATION,   a.BadSub,    ,           ",
        ",                 ,            ,           "
    })
    void classifiesByStageClassAndRootCause(
            @Nullable String stage, @Nullable String className, @Nullable String root, @Nullable Reason reason) {
        Verdict verdict = rules.judge(failure(0, new Fault(stage, className, root, null, null)));

        assertThat(reason(verdict)).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 101000", "1, 2, 102000", "4, 5, 116000"})
    void isDueAfterTheBackOffOfTheNextAttemptCountedFromTheFailure(int retries, int attempt, long dueMs) {
        assertThat(rules.judge(failure(retries, Fault.UNTOLD))).isEqualTo(Verdict.again(attempt, dueMs));
    }

    @ParameterizedTest
    @CsvSource({"4, ", "5, EXHAUSTED", "9, EXHAUSTED"})
    void comesToRestAfterAsManyRetriesAsAreAllowed(int retries, @Nullable Reason reason) {
        assertThat(reason(rules.judge(failure(retries, Fault.UNTOLD)))).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 0, 99, EXHAUSTED",
        "5, 1, 10, ",
        "9, 1, 10, ",
        "10, 1, 10, EXHAUSTED",
        "10, 1, 99, ",
        "99, 1, 99, EXHAUSTED",
        "5, 1, 0, EXHAUSTED"
    })
    void grantsARedrivenMessageFurtherAttemptsButNoMoreThanThat(
            int retries, int redrives, int granted, @Nullable Reason reason) {
        Failure failure = failure(retries, redrives, granted, true, false);

        assertThat(reason(rules.judge(failure))).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        // as its header grants, regardless of max.attempts
        "3, 1, 8, 8",
        "7, 1, 8, 8",
        "8, 1, 8, 8",
        "30, 3, 50, 50",
        // never fewer than max.attempts
        "1, 1, 2, 5",
        // without a redrive there is no grant
        "1, 0, 8, 5",
        // a forged grant counts for a limited number of further retries
        "3, 1, 2147483647, 103",
        "3, 2147483646, 2147483647, 103",
        "2147483646, 1, 2147483647, 2147483647"
    })
    void grantsTheRetriesInTheHeaderUpToTheMaximumOfARedrive(int retries, int redrives, int granted, int most) {
        assertThat(rules.mostRetries(failure(retries, redrives, granted, true, false)))
                .isEqualTo(most);
    }

    @ParameterizedTest
    @CsvSource({
        "sink.retry,        KEPT,    sink.retry,    ",
        "sink.retry,        NONE,    sink.retry,    ",
        "sink.retry,        DROPPED, sink.retry,    EXHAUSTED",
        "sink.retry,        DROPPED, orders,        ",
        "sink.retry,        NONE,    orders,        ",
        "${origin}.retry,   DROPPED, orders.retry,  EXHAUSTED",
        "${origin}.retry,   NONE,    orders.retry,  ",
        "${origin}.retry,   DROPPED, orders,        ",
        "${origin}.retry,   DROPPED, .retry,        ",
        "retry.${origin},   DROPPED, retry.orders,  EXHAUSTED",
        "${origin},         NONE,    orders,        ",
        "${origin},         KEPT,    orders,        ",
        "${origin},         DROPPED, orders,        EXHAUSTED"
    })
    void takesAMessageThatLostItsCountOnTheWayForExhausted(
            String retryTopic, Story story, String failedIn, @Nullable Reason reason) {
        Verdict verdict = new RetryRules(settings(null, retryTopic)).judge(failedIn(failedIn, story));

        assertThat(reason(verdict)).isEqualTo(reason);
    }

    @Test
    void saysWhyAMessageThatLostItsCountIsExhausted() {
        Verdict verdict =
                new RetryRules(settings(null, "${origin}.retry")).judge(failedIn("orders.retry", Story.DROPPED));

        assertThat(requireNonNull(verdict.rest()).detail())
                .contains("failed in orders.retry", "carries no count of its retries", "share group");
    }

    private static Failure failedIn(String topic, Story story) {
        return new Failure(
                new Origin(topic, 1, 2, 3),
                true,
                1,
                0,
                0,
                story,
                FAILED,
                FAILED,
                Fault.UNTOLD,
                null,
                null,
                History.NONE,
                false);
    }

    @ParameterizedTest
    @CsvSource({"100999, EXPIRED", "101000, "})
    void isNotTriedAgainLaterThanItExpires(long sinceFirstMs, @Nullable Reason reason) {
        RetryRules expiring = new RetryRules(settings(sinceFirstMs - FAILED + 50_000, "sink.retry"));
        Failure first = new Failure(
                origin(),
                true,
                0,
                0,
                0,
                Story.NONE,
                FAILED,
                FAILED - 50_000,
                Fault.UNTOLD,
                null,
                null,
                History.NONE,
                false);

        assertThat(reason(expiring.judge(first))).isEqualTo(reason);
    }

    @Test
    void neverIsDueBeforeTheFailureEvenAtTheEndOfTime() {
        Failure failure = new Failure(
                origin(),
                true,
                0,
                0,
                0,
                Story.NONE,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Fault.UNTOLD,
                null,
                null,
                History.NONE,
                false);

        assertThat(rules.judge(failure)).isEqualTo(Verdict.again(1, Long.MAX_VALUE));
    }

    @Test
    void sendsNothingBackWhoseOriginIsNotKnown() {
        Failure failure = failure(0, 0, 0, false, false);

        assertThat(reason(new RetryRules(settings(null, "${origin}")).judge(failure)))
                .isEqualTo(Reason.NO_ORIGIN);
        assertThat(reason(rules.judge(failure))).isNull();
    }

    @Test
    void obeysWhoAsksForNoFurtherAttempt() {
        assertThat(reason(rules.judge(failure(0, 0, 0, true, true)))).isEqualTo(Reason.MANUAL);
    }

    private static RetrySettings settings(@Nullable Long expireAfterMs, String retryTopic) {
        return new RetrySettings(
                16_000, 5, BACKOFF, Set.of("a.Good"), Set.of("a.Bad"), expireAfterMs, 100, new RetryTarget(retryTopic));
    }

    private static Failure failure(int retries, Fault fault) {
        return new Failure(
                origin(), true, retries, 0, 0, Story.KEPT, FAILED, FAILED, fault, null, null, History.NONE, false);
    }

    private static Failure failure(int retries, int redrives, int granted, boolean isOriginKnown, boolean isGivenUp) {
        return new Failure(
                origin(),
                isOriginKnown,
                retries,
                redrives,
                granted,
                Story.KEPT,
                FAILED,
                FAILED,
                Fault.UNTOLD,
                null,
                null,
                History.NONE,
                isGivenUp);
    }

    private static Origin origin() {
        return new Origin("orders", 1, 2, 3);
    }

    private static @Nullable Reason reason(Verdict verdict) {
        return verdict.rest() == null ? null : verdict.rest().reason();
    }
}
