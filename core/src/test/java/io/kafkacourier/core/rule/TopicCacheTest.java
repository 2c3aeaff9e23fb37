/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopicCacheTest {

    @Test
    void returnsTheInstanceThatWasPut() {
        TopicCache cache = new TopicCache(10);
        String name = "acme.orders";
        cache.put(name);

        assertThat(cache.get(new StringBuilder("acme.orders"))).isSameAs(name);
        assertThat(cache.get(new StringBuilder("acme.order"))).isNull();
    }

    @Test
    void keepsNoMoreNamesThanItsSize() {
        TopicCache cache = new TopicCache(100);
        IntStream.range(0, 10_000).forEach(i -> cache.put("topic-" + i));

        assertThat(IntStream.range(0, 10_000)
                        .filter(i -> cache.get(new StringBuilder("topic-" + i)) != null)
                        .count())
                .isBetween(90L, 100L);
    }

    @Test
    void dropsTheNameUsedLessRecently() {
        TopicCache cache = new TopicCache(2);
        cache.put("a");
        cache.put("b");
        assertThat(cache.get(new StringBuilder("a"))).isEqualTo("a");

        cache.put("c");

        assertThat(cache.get(new StringBuilder("a"))).isEqualTo("a");
        assertThat(cache.get(new StringBuilder("b"))).isNull();
        assertThat(cache.get(new StringBuilder("c"))).isEqualTo("c");
    }

    @Test
    void keepsNothingIfItsSizeIsZero() {
        TopicCache cache = new TopicCache(0);
        cache.put("a");

        assertThat(cache.get(new StringBuilder("a"))).isNull();
    }
}
