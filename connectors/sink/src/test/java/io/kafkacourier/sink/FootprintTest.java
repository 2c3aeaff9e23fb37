/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FootprintTest {

    @Test
    void countsKeyValueAndHeaders() {
        int empty = Footprint.of(record(null));
        assertThat(Footprint.of(record(new byte[1_000])) - empty).isBetween(900, 1_000);
        SinkRecord withHeader = record(null);
        withHeader.headers().addBytes("h", new byte[1_000]);
        assertThat(Footprint.of(withHeader) - empty).isBetween(1_000, 1_200);
    }

    @Test
    void countsWhatIsNested() {
        Map<String, Object> deep = Map.of("text", "x".repeat(1_000));
        for (int i = 0; i < 50; i++) {
            deep = Map.of("a", List.of(deep));
        }
        assertThat(Footprint.of(record(deep))).isBetween(1_000, 20_000);
    }

    @Test
    void endsInAMapThatHoldsItselfAndInOneThatIsDeep() {
        Map<String, Object> itself = new HashMap<>();
        itself.put("left", itself);
        itself.put("right", List.of(itself, itself));
        assertThat(Footprint.of(record(itself))).isPositive();
        Map<String, Object> deep = Map.of();
        for (int i = 0; i < 100_000; i++) {
            deep = Map.of("a", deep);
        }
        assertThat(Footprint.of(record(deep))).isPositive();
    }

    @Test
    void endsInAListThatIsSmallButHasCountlessWaysThroughIt() {
        List<Object> wide = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            wide = new ArrayList<>(List.of(wide, wide));
        }
        assertThat(Footprint.of(record(wide))).isPositive();
    }

    /** The value is refused later, by the encoder. */
    @Test
    void survivesValuesWhoseOwnMethodsThrow() {
        List<Object> broken = new AbstractList<>() {
            @Override
            public Object get(int index) {
                throw new IllegalStateException("closed");
            }

            @Override
            public int size() {
                return 3;
            }
        };
        assertThat(Footprint.of(record(broken))).isPositive();
        assertThat(Footprint.of(record(Map.of("a", broken)))).isPositive();
    }

    private static SinkRecord record(@Nullable Object value) {
        return new SinkRecord("t", 0, null, null, null, value, 0);
    }
}
