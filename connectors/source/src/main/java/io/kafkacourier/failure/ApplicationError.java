/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import io.kafkacourier.core.contract.HeaderNames;
import org.jspecify.annotations.Nullable;

/**
 * Reads the error that an application wrote as {@code __courier.error.*} or {@code error_msg}, wherever these headers are
 * in the record: clients that sort headers, or keep them in a map, put them in front of the connector's own. A retry
 * carries none of them, so each of them belongs to the latest failure.
 *
 * <p>A retry of an earlier version of the connector carries the headers of the failure before it, and always their
 * fingerprint. In such a record, a header counts if it is behind {@code __courier.retry.due.ms}, and a class counts if it
 * differs from the earlier one.
 */
final class ApplicationError {

    private final FailureHeaders headers;
    private final boolean carriesEarlierError;

    private ApplicationError(FailureHeaders headers) {
        this.headers = headers;
        this.carriesEarlierError =
                headers.place(HeaderNames.ERROR_FINGERPRINT) >= 0 && headers.place(HeaderNames.RETRY_DUE) >= 0;
    }

    static Fault read(FailureHeaders headers) {
        return new ApplicationError(headers).fault();
    }

    private Fault fault() {
        String stacktrace = fresh(HeaderNames.ERROR_STACKTRACE);
        String root = fresh(HeaderNames.ERROR_ROOT_CLASS);
        String message = fresh(HeaderNames.ERROR_MESSAGE);
        String className = fresh(HeaderNames.ERROR_CLASS);
        return new Fault(
                fresh(HeaderNames.ERROR_STAGE),
                className == null && differsFromEarlier() ? headers.last(HeaderNames.ERROR_CLASS) : className,
                root == null ? Fault.rootOf(stacktrace) : root,
                message == null ? headers.last("error_msg") : message,
                stacktrace);
    }

    private @Nullable String fresh(String name) {
        boolean isFresh = !carriesEarlierError || headers.place(name) > headers.place(HeaderNames.RETRY_DUE);
        return isFresh ? headers.last(name) : null;
    }

    /** Whether there is an error class at the place of the earlier one, and it differs from it. */
    private boolean differsFromEarlier() {
        Fault written = Fault.ofHeaders(headers);
        String className = written.className();
        return className != null
                && !written.fingerprint().equals(headers.last(HeaderNames.ERROR_FINGERPRINT))
                && !History.parse(headers.last(HeaderNames.RETRY_HISTORY)).endsWith(className);
    }
}
