/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/**
 * What has to be in place in the target system before records are written to a destination, such as a template or a schema.
 * It never waits: the task's thread calls {@link #advance} again and again. Times are milliseconds of one clock that never
 * goes back.
 */
public interface DestinationSetup {

    /** Nothing has to be set up. */
    DestinationSetup NONE = new DestinationSetup() {
        @Override
        public void advance(long nowMs) {}

        @Override
        public void destinationIsNew() {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isReadyFor(long knownSinceMs) {
            return true;
        }

        @Override
        public boolean isChecking() {
            return false;
        }

        @Override
        public boolean isFaulty() {
            return false;
        }
    };

    /**
     * Moves on what there is to do.
     *
     * @throws DestinationFault if the target system refused it for a reason that waiting does not cure, once for each attempt
     */
    void advance(long nowMs);

    /** The task meets a destination that it does not know. */
    void destinationIsNew();

    /** Whether records may be written at all. */
    boolean isReady();

    /** Whether records may be written to a destination that the task has known since that time. */
    boolean isReadyFor(long knownSinceMs);

    /** Whether the target system is being asked, so that more may be known soon. */
    boolean isChecking();

    /** Whether the last attempt failed for a reason that waiting does not cure. */
    boolean isFaulty();
}
