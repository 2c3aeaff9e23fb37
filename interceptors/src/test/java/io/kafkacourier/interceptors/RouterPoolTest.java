/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.kafkacourier.core.rule.Decision;
import io.kafkacourier.core.rule.Router;
import io.kafkacourier.core.rule.RouterConfig;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class RouterPoolTest {

    private static final int PLACES = 8;

    private final RouterConfig config = new RouterConfig(Map.of(
            "rules", "r", "rules.r.when", "header.never not exists", "rules.r.to", "t.${key}", "topics.allow", ".*"));
    private final AtomicInteger made = new AtomicInteger();
    private final RouterPool pool = new RouterPool(this::make, PLACES);

    private Router make() {
        made.incrementAndGet();
        return config.router();
    }

    @Test
    void createsOneRouterForAnyNumberOfConsecutiveThreads() throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            Thread thread = new Thread(() -> route("a"));
            thread.start();
            thread.join();
        }

        assertThat(made).hasValue(1);
    }

    @Test
    void lendsNoRouterThatIsInUse() {
        List<Decision> inner = new ArrayList<>();
        Map<String, Object> value = new HashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean containsKey(Object name) {
                inner.add(route("inner"));
                return false;
            }
        };
        RouterConfig reading = new RouterConfig(Map.of(
                "rules",
                "r",
                "rules.r.when",
                "value.a not exists",
                "rules.r.to",
                "t.${value.a|outer}",
                "topics.allow",
                ".*"));
        RouterPool nested = new RouterPool(reading::router, PLACES);

        Decision outer = nested.route(new ProducerRecordView(new ProducerRecord<>("in", "key", value)));

        assertThat(outer).isEqualTo(new Decision.Routed("t.outer", null, "r"));
        assertThat(inner).isNotEmpty().containsOnly(new Decision.Routed("t.inner", null, "r"));
        assertThat(made).hasValue(1);
    }

    @Test
    void createsAnotherRouterOnlyWhileAllAreInUse() {
        List<Decision> decisions = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            nest(3 * PLACES, decisions);
        }

        assertThat(decisions).hasSize(9 * PLACES).containsOnly(new Decision.Routed("t.x", null, "r"));
        // The first round creates one router for each level, and the pool keeps as many as it has places.
        assertThat(made).hasValue(3 * PLACES + 2 * 2 * PLACES);
    }

    /** Routes a record. While its header is read, the next record is routed, and so on. */
    private void nest(int levels, List<Decision> decisions) {
        if (levels == 0) {
            return;
        }
        decisions.add(pool.route(new ReadingView(() -> nest(levels - 1, decisions))));
    }

    @Test
    void decidesCorrectlyOnManyThreadsAndKeepsAsManyRoutersAsItHasPlaces() throws Exception {
        int threads = 16;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> results = IntStream.range(0, threads)
                    .mapToObj(thread -> executor.submit(() -> {
                        start.await();
                        int wrong = 0;
                        for (int i = 0; i < 20_000; i++) {
                            String key = thread + "-" + i % 50;
                            wrong += route(key).equals(new Decision.Routed("t." + key, null, "r")) ? 0 : 1;
                        }
                        return wrong;
                    }))
                    .toList();
            start.countDown();

            for (Future<Integer> result : results) {
                assertThat(result.get()).isZero();
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(made.get()).isLessThan(2_000);
    }

    @Test
    void takesTheRouterBackIfARecordCannotBeRead() {
        assertThatThrownBy(() -> pool.route(new ReadingView(() -> {
                    throw new IllegalStateException("a class of the application");
                })))
                .hasMessage("a class of the application");
        assertThat(route("a")).isEqualTo(new Decision.Routed("t.a", null, "r"));
        assertThat(made).hasValue(1);
    }

    @Test
    void costsTheFirstSendOfAThreadNoRouter() throws InterruptedException {
        RoutingProducerInterceptor<String, String> interceptor = new RoutingProducerInterceptor<>();
        interceptor.configure(Map.of(
                "courier.routing.rules", "r",
                "courier.routing.rules.r.when", "value.type == 'paid'",
                "courier.routing.rules.r.to", "${value.type}",
                "courier.routing.topics.allow", ".*",
                "courier.routing.topics.cache.size", "100000"));
        ProducerRecord<String, String> record = new ProducerRecord<>("in", "{\"type\":\"paid\"}");
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] allocated = new long[200];

        for (int i = 0; i < allocated.length; i++) {
            int send = i;
            Thread thread = new Thread(() -> {
                long before =
                        memory.getThreadAllocatedBytes(Thread.currentThread().getId());
                assertThat(interceptor.onSend(record).topic()).isEqualTo("paid");
                allocated[send] =
                        memory.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            });
            thread.start();
            thread.join();
        }

        Arrays.sort(allocated);
        assertThat(allocated[allocated.length / 2]).isBetween(1L, 4_000L);
        interceptor.close();
    }

    private Decision route(String key) {
        return pool.route(new ProducerRecordView(new ProducerRecord<>("in", key, "{}")));
    }
}
