/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * What to do with a message now. Each action carries the progress of its partition once it is carried out. Every message
 * gets exactly one {@link Deliver}, {@link Hop}, {@link Refuse} or {@link TooFar}; a {@link Hold} may come before.
 */
public sealed interface Action<M> {

    /** The message. */
    Entry<M> entry();

    /** The progress as of this action and every action before it, but none after it. */
    Progress progress();

    /** The message is held until it is due. No record goes out, but the message may be reported. */
    record Hold<M>(Entry<M> entry, Progress progress) implements Action<M> {}

    /**
     * The message is due and goes to its target.
     *
     * @param wasHeld whether a {@link Hold} came before, in this run or before a restart
     */
    record Deliver<M>(Entry<M> entry, boolean wasHeld, Progress progress) implements Action<M> {}

    /**
     * The message goes to a tier.
     *
     * @param releaseMs when its stay there ends, epoch ms
     */
    record Hop<M>(Entry<M> entry, Tier tier, long releaseMs, Progress progress) implements Action<M> {}

    /** The message is {@linkplain Entry#isRefused refused}: its policy knows why. */
    record Refuse<M>(Entry<M> entry, Progress progress) implements Action<M> {}

    /**
     * The message would have to wait longer than is possible.
     *
     * @param waitMs how long it would have to wait, in milliseconds
     * @param limit the longest wait that is possible
     */
    record TooFar<M>(Entry<M> entry, long waitMs, Limit limit, Progress progress) implements Action<M> {}
}
