/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.time.Clock;
import org.apache.kafka.clients.admin.Admin;

/** Compares the clock of the worker with the clock of the cluster. */
@FunctionalInterface
public interface ClusterClock {

    /** For a cluster that does not report its time. */
    ClusterClock UNKNOWN = () -> 0;

    /**
     * By how many milliseconds, at least, the worker's clock is ahead; 0 if it is not, or if the cluster does not
     * report its time.
     */
    long aheadMs();

    /**
     * The clock of a cluster.
     *
     * @param admin closed by its owner
     * @param clock the worker's clock
     */
    static ClusterClock of(Admin admin, Clock clock) {
        return new ControllerClock(() -> ControllerClock.ask(admin), clock, System::nanoTime);
    }
}
