/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts failures inside an interceptor, which must never affect the client. It logs the first failure, and then each
 * time the number has doubled. For any thread.
 */
final class Mishaps {

    private static final Logger LOG = LoggerFactory.getLogger(Mishaps.class);

    private final AtomicLong count = new AtomicLong();

    /** @param where the method that failed, such as {@code "onSend"} */
    void happened(String where, Throwable failure) {
        long now = count.incrementAndGet();
        if (Long.bitCount(now) == 1) {
            LOG.error("Tracing failed in {}, {} times so far; the message is not traced", where, now, failure);
        }
    }

    long count() {
        return count.get();
    }
}
