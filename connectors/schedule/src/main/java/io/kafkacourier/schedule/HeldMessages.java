/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/** Follows which messages a schedule holds. Called by the thread that uses the schedule. */
public interface HeldMessages<M> {

    /** A message is held from now on. */
    void added(M message);

    /** A message that was held is not held any more. */
    void removed(M message);

    /** Does nothing. */
    static <M> HeldMessages<M> ignored() {
        return new HeldMessages<>() {
            @Override
            public void added(M message) {}

            @Override
            public void removed(M message) {}
        };
    }
}
