/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.rule.Decision;
import io.kafkacourier.core.rule.RecordView;
import io.kafkacourier.core.rule.Router;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lends routers, which are for one thread at a time, to any number of threads. Makes about as many as are in use at once,
 * however many threads come and go: with virtual threads, each send may be another thread. A thread finds the router it
 * used last in its own place, which costs one atomic exchange; if there is none it borrows an idle one from another place,
 * and a new one is made only if all are in use. Never blocks. Safe for use by several threads.
 */
final class RouterPool {

    /** References per place: two cache lines, so that threads do not slow each other down. */
    private static final int STRIDE = 32;

    private final Supplier<Router> maker;
    private final int places;
    private final AtomicReferenceArray<@Nullable Router> idle;

    /** Makes a pool with twice as many places as there are processors. */
    RouterPool(Supplier<Router> maker) {
        this(maker, 2 * Runtime.getRuntime().availableProcessors());
    }

    /** Makes a pool that keeps up to {@code places} idle routers, rounded up to a power of two. */
    RouterPool(Supplier<Router> maker, int places) {
        this.maker = maker;
        this.places = Math.max(2, Integer.highestOneBit(2 * places - 1));
        this.idle = new AtomicReferenceArray<>(this.places * STRIDE);
    }

    /** Decides about one record, as {@link Router#route} does. */
    Decision route(RecordView record) {
        int home = (int) Thread.currentThread().getId();
        Router router = take(home);
        for (int other = 1; router == null && other < places; other++) {
            router = take(home + other);
        }
        if (router == null) {
            router = maker.get();
        }
        try {
            return router.route(record);
        } finally {
            giveBack(home, router);
        }
    }

    private @Nullable Router take(int place) {
        int index = index(place);
        return idle.getOpaque(index) == null ? null : idle.getAndSet(index, null);
    }

    /**
     * Puts a router into the thread's own place, or into another if that is taken. Two threads may find the same place
     * empty: one of the routers is lost then, which costs making another.
     */
    private void giveBack(int home, Router router) {
        for (int other = 0; other < places; other++) {
            int index = index(home + other);
            if (idle.getOpaque(index) == null) {
                idle.setRelease(index, router);
                return;
            }
        }
    }

    private int index(int place) {
        return (place & (places - 1)) * STRIDE;
    }
}
