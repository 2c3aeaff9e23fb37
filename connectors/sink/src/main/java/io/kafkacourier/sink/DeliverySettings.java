/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a sink delivers.
 *
 * @param batchMaxBytes the number of bytes at which a batch is sent
 * @param batchMaxRecords the number of records at which a batch is sent
 * @param linger how long a record waits for others at most
 * @param maxInFlight how many batches may be under way to healthy destinations
 * @param bufferMaxBytes the memory for pending records and their batches
 * @param backoffInitial the first wait after a failure
 * @param backoffMax the longest wait between two attempts
 * @param closeTimeout how long the end of an assignment waits for responses
 */
public record DeliverySettings(
        int batchMaxBytes,
        int batchMaxRecords,
        Duration linger,
        int maxInFlight,
        long bufferMaxBytes,
        Duration backoffInitial,
        Duration backoffMax,
        Duration closeTimeout,
        OnMalformed onMalformed,
        OnDestinationFault onDestinationFault) {

    /** The option of {@link OnMalformed}. */
    public static final String ON_MALFORMED = "on.malformed";

    /** The option of {@link OnDestinationFault}. */
    public static final String ON_DESTINATION_FAULT = "on.destination.fault";

    /** What happens to a record that can never be written. */
    public enum OnMalformed {
        REPORT,
        FAIL,
        WARN
    }

    /** What the task does if somebody has to fix a destination or the target system. */
    public enum OnDestinationFault {
        RETRY,
        FAIL
    }

    /** A back-off of this configuration. */
    public ExponentialBackoff backoff(RandomGenerator random) {
        return new ExponentialBackoff(backoffInitial, backoffMax, random);
    }
}
