/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.List;

/** What a response of the target system, or the lack of one, means. */
public sealed interface Response {

    /**
     * The request was carried out.
     *
     * @param results one for each operation of the batch, in the same order; none for a check
     */
    record Results(List<Result> results) implements Response {

        /** The response to a check that found the target system working. */
        public static final Results OF_CHECK = new Results(List.of());
    }

    /**
     * The request failed as a whole. For a check: the target system cannot be reached, or not used.
     *
     * @param error for logs and metrics; never with payload or secrets
     */
    record Failure(RequestOutcome outcome, String error) implements Response {}

    /**
     * The result of one operation.
     *
     * @param error for logs, metrics and dead letters, never with payload; empty after a success
     */
    record Result(RecordOutcome outcome, String error) {

        public static final Result WRITTEN = new Result(RecordOutcome.WRITTEN, "");
        public static final Result DUPLICATE = new Result(RecordOutcome.DUPLICATE, "");

        boolean isSuccess() {
            return outcome == RecordOutcome.WRITTEN || outcome == RecordOutcome.DUPLICATE;
        }
    }
}
