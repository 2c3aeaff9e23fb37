/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.rule.Decision;
import io.kafkacourier.core.rule.RecordView;
import io.kafkacourier.core.rule.Router;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lends routers, which are for one thread at a time, to any number of threads. It creates about as many routers as are
 * in use at once, no matter how many threads come and go: with virtual threads, each send can be another thread. A
 * thread finds the router that it used last in its own place, which costs one atomic exchange. If that place is empty,
 * the thread takes an idle router from another place. A new router is created only if all are in use. Never blocks.
 * Safe for use by several threads.
 */
final class RouterPool {

    /** References per place: two cache lines, so that threads do not slow each other down. */
    private static final int STRIDE = 32;

    private final Supplier<Router> maker;
    private final int places;
    private final AtomicReferenceArray<@Nullable Router> idle;

    /** Creates a pool with two places for each processor. */
    RouterPool(Supplier<Router> maker) {
        this(maker, 2 * Runtime.getRuntime().availableProcessors());
    }

    /** Creates a pool that keeps up to {@code places} idle routers, rounded up to a power of two. */
    RouterPool(Supplier<Router> maker, int places) {
        this.maker = maker;
        this.places = Math.max(2, Integer.highestOneBit(2 * places - 1));
        this.idle = new AtomicReferenceArray<>(this.places * STRIDE);
    }

    /** Routes one record, like {@link Router#route}. */
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
     * Puts a router into the thread's own place, or into another if that is taken. If two threads find the same place
     * empty, one router is lost, and a later send has to create another.
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
