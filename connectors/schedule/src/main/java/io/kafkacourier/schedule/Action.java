/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * What becomes of a record, now; each carries the progress of its partition once it is done. Every record is answered by
 * exactly one {@link Deliver}, {@link Hop} or {@link Refuse}; a {@link Hold} may come before.
 */
public sealed interface Action<R> {

    /** The record. */
    Entry<R> entry();

    /** The progress as of this action and every one before it, none after. */
    Progress progress();

    /** The record is held until it is due: there is nothing to be done, but something to tell. */
    record Hold<R>(Entry<R> entry, Progress progress) implements Action<R> {}

    /**
     * The record is due and goes to its target.
     *
     * @param wasHeld whether a {@link Hold} came before, in this run or before a restart
     */
    record Deliver<R>(Entry<R> entry, boolean wasHeld, Progress progress) implements Action<R> {}

    /**
     * The record goes to a tier.
     *
     * @param releaseMs when its stay there ends, epoch ms
     */
    record Hop<R>(Entry<R> entry, Tier tier, long releaseMs, Progress progress) implements Action<R> {}

    /** The record's due time cannot be kept. */
    record Refuse<R>(Entry<R> entry, Refusal refusal, Progress progress) implements Action<R> {}
}
