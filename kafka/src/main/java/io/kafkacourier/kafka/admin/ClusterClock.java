/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.time.Clock;
import org.apache.kafka.clients.admin.Admin;

/** The clock of the cluster, with which that of the worker is compared. */
@FunctionalInterface
public interface ClusterClock {

    /** Of a cluster that does not tell. */
    ClusterClock UNKNOWN = () -> 0;

    /** By how many milliseconds the worker's clock is ahead, at least; 0 if it is not, or if the cluster does not tell. */
    long aheadMs();

    /**
     * The clock of a cluster.
     *
     * @param admin closed by its owner
     * @param clock that of the worker
     */
    static ClusterClock of(Admin admin, Clock clock) {
        return new ControllerClock(() -> ControllerClock.ask(admin), clock, System::nanoTime);
    }
}
