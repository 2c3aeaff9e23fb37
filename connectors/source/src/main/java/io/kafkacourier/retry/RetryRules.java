/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.failure.Failure;
import io.kafkacourier.failure.Fault;
import io.kafkacourier.failure.Story;
import io.kafkacourier.source.message.Refusal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides whether and when a failed message is tried again. The decision depends on the failure only, never on the clock. */
final class RetryRules {

    private static final Set<String> CONVERTERS = Set.of("KEY_CONVERTER", "VALUE_CONVERTER", "HEADER_CONVERTER");

    private final RetrySettings settings;

    RetryRules(RetrySettings settings) {
        this.settings = settings;
    }

    /** Judges a failure. */
    Verdict judge(Failure failure) {
        Refusal refusal = refuse(failure);
        if (refusal != null) {
            return Verdict.rest(refusal);
        }
        int attempt = failure.retries() + 1;
        long waitMs = settings.backoff().waitMs(failure.origin(), attempt);
        long dueMs = failure.failureMs() + Math.min(waitMs, Long.MAX_VALUE - failure.failureMs());
        return isExpired(failure, dueMs)
                ? Verdict.rest(new Refusal(
                        Reason.EXPIRED, "would be tried again later than expire.after after its first failure"))
                : Verdict.again(attempt, dueMs);
    }

    /** Whether a message expires before that time, epoch ms. */
    boolean isExpired(Failure failure, long timeMs) {
        Long expireAfterMs = settings.expireAfterMs();
        return expireAfterMs != null && timeMs - failure.firstFailureMs() > expireAfterMs;
    }

    /**
     * How often a message is tried again, over its whole life. A redrive may have granted it more retries. The grant is a
     * header, which any application may have written, so it is limited.
     */
    int mostRetries(Failure failure) {
        long most = settings.reading().mostGranted(failure, settings.maxAttempts(), settings.grantMax());
        long granted = failure.redrives() == 0 ? 0 : Math.min(failure.granted(), most);
        return (int) Math.max(settings.maxAttempts(), granted);
    }

    private @Nullable Refusal refuse(Failure failure) {
        Fault fault = failure.fault();
        if (failure.isGivenUp()) {
            return new Refusal(Reason.MANUAL, "asks for no further attempt");
        } else if (!names(settings.retriable(), fault)) {
            if (fault.stage() != null && CONVERTERS.contains(fault.stage())) {
                return new Refusal(Reason.DESERIALIZATION, "could not be read by a converter");
            } else if (names(settings.nonRetriable(), fault)) {
                return new Refusal(Reason.NON_RETRIABLE, "failed with an error of non.retriable.errors");
            }
        }
        if (failure.retries() >= mostRetries(failure)) {
            return new Refusal(Reason.EXHAUSTED, "was tried again " + failure.retries() + " times");
        }
        if (hasLostItsCount(failure)) {
            return new Refusal(
                    Reason.EXHAUSTED,
                    "failed in " + failure.origin().topic()
                            + ", where messages are tried again, and carries no count of its retries: the writer of"
                            + " the failed record keeps no headers, like a share group");
        }
        return settings.target().needsOrigin() && !failure.isOriginKnown()
                ? new Refusal(Reason.NO_ORIGIN, "has no header that names the topic it was first in")
                : null;
    }

    /** Whether a message may have been tried again without a count in its headers: it would be tried again without end. */
    private boolean hasLostItsCount(Failure failure) {
        return failure.story() == Story.DROPPED
                && failure.isOriginKnown()
                && settings.target().mayLeadTo(failure.origin().topic());
    }

    private static boolean names(Set<String> classes, Fault fault) {
        return (fault.className() != null && classes.contains(fault.className()))
                || (fault.rootClassName() != null && classes.contains(fault.rootClassName()));
    }
}
