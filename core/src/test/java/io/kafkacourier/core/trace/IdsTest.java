/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdsTest {

    private final AtomicLong now = new AtomicLong(0x0190_1234_5678L);
    private final Clock clock = ((InstantSource) () -> Instant.ofEpochMilli(now.get())).withZone(ZoneOffset.UTC);
    private final Ids ids = new Ids(clock, new Random(1)::nextLong);

    @Test
    void makesUuidsOfVersion7ThatBeginWithTheTime() {
        UUID uuid = UUID.fromString(ids.uuid());

        assertThat(uuid.version()).isEqualTo(7);
        assertThat(uuid.variant()).isEqualTo(2);
        assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(0x0190_1234_5678L);
    }

    @Test
    void ascendsWithinAMillisecondAndWhenTheCounterOverflows() {
        List<String> made = Stream.generate(ids::uuid).limit(10_000).toList();

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void ascendsWhenTheClockStepsBack() {
        String before = ids.uuid();
        now.addAndGet(-60_000);

        assertThat(ids.uuid()).isGreaterThan(before);
    }

    @Test
    void followsTheClockAgainInTheNextMillisecond() {
        ids.uuid();
        now.incrementAndGet();

        assertThat(ids.uuid()).startsWith("01901234-5679-");
    }

    @Test
    void neverCreatesASpanIdOfZeros() {
        Iterator<Long> random = List.of(0L, 0L, 0xabcL).iterator();

        assertThat(new Ids(clock, random::next).span()).isEqualTo(0xabc);
    }
}
