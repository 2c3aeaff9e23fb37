/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import io.kafkacourier.core.contract.HeaderNames;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a failure is read and judged where versions of the connector differ in that. Its number is stored in the offsets with
 * the settings, because a record that was read before a stop and is held has to be judged afterwards as it was then: else it
 * is lost, if it would be due earlier or not be tried again, or doubled, if it was made a dead letter and would be tried
 * again.
 *
 * <p>What is read today gets a new constant whenever it changes in anything that {@code RetryPolicy.judge} tells. Since
 * source offsets are public, a constant stays until the next major version.
 */
public enum FailureReading {

    /** That of the versions that stored no number. */
    FIRST(1) {
        /** One in front of what our own connector wrote counted as that of the failure before. */
        @Override
        @Nullable
        Writer latest(FailureHeaders headers) {
            return headers.latestBehind(HeaderNames.RETRY_DUE);
        }

        @Override
        Fault applicationFault(FailureHeaders headers) {
            String stacktrace = behindOurs(headers, HeaderNames.ERROR_STACKTRACE);
            String root = behindOurs(headers, HeaderNames.ERROR_ROOT_CLASS);
            String message = behindOurs(headers, HeaderNames.ERROR_MESSAGE);
            return new Fault(
                    behindOurs(headers, HeaderNames.ERROR_STAGE),
                    behindOurs(headers, HeaderNames.ERROR_CLASS),
                    root == null ? Fault.rootOf(stacktrace) : root,
                    message == null ? headers.last("error_msg") : message,
                    stacktrace);
        }

        private @Nullable String behindOurs(FailureHeaders headers, String name) {
            return headers.place(name) > headers.place(HeaderNames.RETRY_DUE) ? headers.last(name) : null;
        }

        @Override
        long retriesOfSpring(long attempts) {
            return attempts - 1;
        }

        @Override
        Story story(FailureHeaders headers) {
            return Story.NONE;
        }

        @Override
        public long mostGranted(Failure failure, int maxAttempts, int grantMax) {
            return (failure.redrives() + 1L) * maxAttempts;
        }

        @Override
        public boolean limitsWaits() {
            return false;
        }
    },

    /** Today's. */
    SECOND(2);

    private final int number;

    FailureReading(int number) {
        this.number = number;
    }

    /** Who wrote last; null if nobody did. */
    @Nullable
    Writer latest(FailureHeaders headers) {
        return headers.latest();
    }

    /** The error that an application wrote. */
    Fault applicationFault(FailureHeaders headers) {
        return ApplicationError.read(headers);
    }

    /** How often Spring tried a message again: what it writes is one more than the deliveries, of which the first is none. */
    long retriesOfSpring(long attempts) {
        return attempts - 2;
    }

    /** Whether a record carries our count. */
    Story story(FailureHeaders headers) {
        if (headers.lastNumber(HeaderNames.RETRY_ATTEMPT) >= 0) {
            return Story.KEPT;
        }
        return latest(headers) == Writer.SHARE_GROUP ? Story.DROPPED : Story.NONE;
    }

    /** Up to how many retries in all the headers of a redriven message are believed. */
    public long mostGranted(Failure failure, int maxAttempts, int grantMax) {
        return (long) failure.retries() + grantMax;
    }

    /** Whether a failure time far behind the timestamp of the record counts only if it is not far ahead of the clock. */
    public boolean limitsWaits() {
        return true;
    }

    /** The number that stands for it. */
    public int number() {
        return number;
    }

    /**
     * The one of a number.
     *
     * @param number null if none was stored
     * @throws IllegalArgumentException where this version knows none of that number
     */
    public static FailureReading of(@Nullable String number) {
        if (number == null) {
            return FIRST;
        }
        return Arrays.stream(values())
                .filter(reading -> number.equals(Integer.toString(reading.number)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("read=" + number
                        + " was stored by a later version of the connector, and must be at most "
                        + values().length + ": run that version, or a later one"));
    }
}
