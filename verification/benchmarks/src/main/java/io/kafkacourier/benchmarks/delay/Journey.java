/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.benchmarks.bare.Payload;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.schedule.Progress;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.DefaultRecord;
import org.jspecify.annotations.Nullable;

/**
 * Simulates the path of a message from an input through tiers to its target. Each record is read up to 50 ms after it
 * becomes readable.
 */
final class Journey {

    private static final int MOST_LAG_MS = 50;

    private static final Header[] DELIVERED = {
        header("__courier.origin.topic", "orders"),
        header("__courier.origin.partition", "3"),
        header("__courier.origin.offset", "1000000"),
        header("__courier.origin.timestamp", "1800000000000")
    };
    private static final Header[] STAYING = {
        header("delay", "604800000"),
        DELIVERED[0],
        DELIVERED[1],
        DELIVERED[2],
        DELIVERED[3],
        header("__courier.hop.due", "1800000000000"),
        header("__courier.hop.release", "1800000000000")
    };

    private final Ladder ladder;
    private final long horizonMs;
    private final Random random;

    Journey(Ladder ladder, long horizonMs, Random random) {
        this.ladder = ladder;
        this.horizonMs = horizonMs;
        this.random = random;
    }

    /** A message in the input, or in a tier if {@code releaseMs} is not null. */
    private record Place(long sentMs, long dueMs, @Nullable Long releaseMs) {}

    /** The number of tiers in which a message waits. */
    int stays(long delayMs) {
        Place place = new Place(0, delayMs, null);
        long nowMs = lag();
        int stays = 0;
        for (Place next = next(place, nowMs); next != null; next = next(place, nowMs)) {
            place = next;
            stays++;
            nowMs = Math.max(nowMs, next.releaseMs() == null ? 0 : next.releaseMs()) + lag();
        }
        return stays;
    }

    /**
     * The bytes written for a message that waits in the given number of tiers. Each record counts as an uncompressed
     * part of a larger batch.
     */
    static int bytesWritten(int stays) {
        return stays * size(STAYING) + size(DELIVERED);
    }

    /** The next tier of the message; null if it is delivered from here. */
    private @Nullable Place next(Place place, long nowMs) {
        Waiting policy = new Waiting(horizonMs);
        PartitionSchedule<Place, Place> schedule =
                new PartitionSchedule<>(policy, ladder, Progress.from(0, policy.settings()));
        Place[] next = {null};
        schedule.offer(0, place, 1, nowMs, action -> {
            if (action instanceof Action.Hop<Place> hop) {
                next[0] = new Place(place.sentMs(), place.dueMs(), hop.releaseMs());
            }
        });
        return next[0];
    }

    private long lag() {
        return random.nextInt(MOST_LAG_MS + 1);
    }

    private static int size(Header[] headers) {
        return DefaultRecord.sizeInBytes(100, 100, Payload.key(0).length, Payload.BYTES, headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    /** The policy of the connector for messages in its inputs and tiers. */
    private record Waiting(long horizonMs) implements Policy<Place, Place>, Policies<Place, Place> {

        @Override
        public String settings() {
            return Long.toString(horizonMs);
        }

        @Override
        public Entry<Place> judge(Place place) {
            return place.releaseMs() == null
                    ? Entry.due(0, place.sentMs(), place.dueMs(), 1, place)
                    : Entry.inTier(0, 0, place.releaseMs(), Long.MAX_VALUE, place.dueMs(), 1, place);
        }

        @Override
        public Policy<Place, Place> current() {
            return this;
        }

        @Override
        public Policy<Place, Place> under(String settings) {
            return this;
        }
    }
}
