/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The requests that are sent and the replies to them. Other threads only put replies on a queue. To be used from the task's
 * thread.
 */
final class Requests {

    private final Transport transport;
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private long sent;
    private int inFlight;
    private int checksInFlight;

    Requests(Transport transport) {
        this.transport = transport;
    }

    /** Sends a batch and returns at once; see {@link Transport#send}. */
    void send(Batch batch, long nowMs, Duration patience) {
        inFlight++;
        long ordinal = ++sent;
        transport.send(batch, patience, response -> replies.add(new Reply(batch, ordinal, nowMs, response)));
    }

    /** Checks whether the target system can be reached, and returns at once. */
    void check(long nowMs) {
        checksInFlight++;
        transport.check(response -> replies.add(new Reply(new Batch(), 0, nowMs, response)));
    }

    /** How many batches were sent so far. */
    long sent() {
        return sent;
    }

    /** How many batches have a reply that was not taken yet. */
    int inFlight() {
        return inFlight;
    }

    /** Whether a check is under way. */
    boolean isChecking() {
        return checksInFlight > 0;
    }

    /** The next reply; null if there is none now. */
    @Nullable
    Reply poll() {
        return taken(replies.poll());
    }

    /** The next reply; null if none comes within that time. */
    @Nullable
    Reply poll(long timeoutMs) throws InterruptedException {
        return taken(replies.poll(timeoutMs, TimeUnit.MILLISECONDS));
    }

    private @Nullable Reply taken(@Nullable Reply reply) {
        if (reply != null && reply.isToACheck()) {
            checksInFlight--;
        } else if (reply != null) {
            inFlight--;
        }
        return reply;
    }
}
