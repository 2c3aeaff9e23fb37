/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/** What is to be done with a record, now; each carries the progress of its partition once it is done. */
public sealed interface Action<R> {

    /** The record. */
    Entry<R> entry();

    /** The progress as of this action and every one before it, none after. */
    Progress progress();

    /** The record is due and goes to its target. */
    record Deliver<R>(Entry<R> entry, Progress progress) implements Action<R> {}

    /** The record's due time cannot be kept. */
    record Refuse<R>(Entry<R> entry, Refusal refusal, Progress progress) implements Action<R> {}
}
