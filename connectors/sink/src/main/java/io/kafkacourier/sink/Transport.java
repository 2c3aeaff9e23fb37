/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Sends requests to the target system. Its methods are called by the task's thread and never wait.
 *
 * <p>Each request is answered by one call of its consumer, by any thread. What the consumer is given is asked once, by the
 * task's thread, so that reading a response costs no I/O thread any time. It throws a {@link ConnectException} if the
 * transport has stopped and the task has to be restarted.
 */
public interface Transport {

    /**
     * Sends a batch, which does not change until it is answered.
     *
     * @param patience how long the target system may wait for a destination that is not available, before it answers for the
     *     records
     */
    void send(Batch batch, Duration patience, Consumer<Supplier<Response>> answered);

    /** Finds out whether the target system can be reached at all. */
    void check(Consumer<Supplier<Response>> answered);
}
