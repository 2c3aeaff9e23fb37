/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import io.kafkacourier.core.contract.HeaderNames;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The differences between versions of the connector in reading and judging failures. The number is stored in the offsets
 * with the settings, because a held record has to be judged after a restart as it was before. Otherwise a record would be
 * lost if it were now due earlier or no longer tried again, or duplicated if it was made a dead letter and would now be
 * tried again.
 *
 * <p>A change in reading that affects the result of {@code RetryPolicy.judge} needs a new constant. Source offsets are
 * public, so a constant stays until the next major version.
 */
public enum FailureReading {

    /** The reading of versions that stored no number. */
    FIRST(1) {
        /** An error in front of the connector's own headers counted as that of the previous failure. */
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

    /** The current reading. */
    SECOND(2);

    private final int number;

    FailureReading(int number) {
        this.number = number;
    }

    /** The last writer; null if there is none. */
    @Nullable
    Writer latest(FailureHeaders headers) {
        return headers.latest();
    }

    /** The error that an application wrote. */
    Fault applicationFault(FailureHeaders headers) {
        return ApplicationError.read(headers);
    }

    /**
     * How often Spring tried a message again. Spring writes one more than the number of deliveries, and the first delivery
     * is not a retry.
     */
    long retriesOfSpring(long attempts) {
        return attempts - 2;
    }

    /** Whether a record carries the connector's own count. */
    Story story(FailureHeaders headers) {
        if (headers.lastNumber(HeaderNames.RETRY_ATTEMPT) >= 0) {
            return Story.KEPT;
        }
        return latest(headers) == Writer.SHARE_GROUP ? Story.DROPPED : Story.NONE;
    }

    /** The most retries in all that the headers of a redriven message may grant. */
    public long mostGranted(Failure failure, int maxAttempts, int grantMax) {
        return (long) failure.retries() + grantMax;
    }

    /**
     * Whether a failure time much later than the timestamp of the record is accepted only if it is not far ahead of the
     * clock.
     */
    public boolean limitsWaits() {
        return true;
    }

    /** Its number. */
    public int number() {
        return number;
    }

    /**
     * The reading with a number.
     *
     * @param number null if none was stored
     * @throws IllegalArgumentException if this version does not know the number
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
