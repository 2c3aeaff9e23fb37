/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What went wrong inside an interceptor, which must never be the client's trouble: the first time, and then each time that
 * the number has doubled, the log tells. For any thread.
 */
final class Mishaps {

    private static final Logger LOG = LoggerFactory.getLogger(Mishaps.class);

    private final AtomicLong count = new AtomicLong();

    /** @param where what was being done, such as {@code "onSend"} */
    void happened(String where, Throwable failure) {
        long now = count.incrementAndGet();
        if (Long.bitCount(now) == 1) {
            LOG.error("Tracing failed in {}, {} times so far; the message goes on without", where, now, failure);
        }
    }

    long count() {
        return count.get();
    }
}
