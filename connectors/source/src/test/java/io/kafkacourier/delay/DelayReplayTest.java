/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A partition is read again after each of many stops at any time. Messages with a due time and with a delay, with
 * timestamps of today, long ago and the future, and without a timestamp, get one action each, according to when they were
 * first read.
 */
class DelayReplayTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final long HORIZON_MS = 4_000;
    private static final long LONGEST_MS = 30_000;
    private static final AtomicInteger TOO_LONG = new AtomicInteger();
    private static final AtomicInteger HELD_AGAIN = new AtomicInteger();

    private final DelayPolicy policy = new DelayPolicy(
            new DelaySettings(HORIZON_MS, LONGEST_MS, "deliver_at", "delay", null),
            new DelayedMessage.Options("target_topic", "", Set.of()));

    @Property(tries = 2_000)
    void replaysDecideAlike(@ForAll long seed) {
        Random random = new Random(seed);
        Ladder ladder = random.nextInt(3) == 0 ? Ladder.none() : Ladder.upTo(LONGEST_MS, HORIZON_MS);
        List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
        int[] answers = new int[40];
        for (int offset = 0; offset < answers.length; offset++) {
            log.add(anyMessage(offset, random));
        }
        Progress committed = Progress.from(0, policy.settings());
        long nowMs = NOW;
        while (committed.low() < log.size()) {
            assertThat(nowMs).isLessThan(NOW + 600_000);
            PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule =
                    new PartitionSchedule<>(policy.policies(), ladder, committed);
            List<Action<Outgoing>> said = new ArrayList<>();
            long offset = committed.low();
            boolean taken = true;
            for (long end = committed.next() + random.nextInt(15); taken && offset < Math.min(end, log.size()); ) {
                taken = schedule.offer(offset, log.get((int) offset), offset + 1, nowMs, action -> said.add(action));
                offset += taken ? 1 : 0;
                nowMs += random.nextInt(100);
            }
            if (offset >= committed.next()) {
                schedule.readUpTo(offset);
            }
            HELD_AGAIN.addAndGet(committed.low() < committed.next() ? schedule.held() : 0);
            Action<Outgoing> due;
            while ((due = schedule.release(nowMs)) != null) {
                said.add(due);
            }
            for (var action : said.subList(0, said.isEmpty() ? 0 : 1 + random.nextInt(said.size()))) {
                committed = action.progress();
                ConsumerRecord<byte[], byte[]> message =
                        action.entry().message().record();
                if (action instanceof Action.Hold) {
                    continue;
                }
                answers[(int) message.offset()]++;
                if (action instanceof Action.TooFar || isTooLong(action)) {
                    TOO_LONG.incrementAndGet();
                }
            }
            nowMs += random.nextInt(6_000);
        }

        assertThat(Arrays.stream(answers).boxed()).as("answers to each message").containsOnly(1);
    }

    @AfterContainer
    static void someWereRefusedAndSomeHeldAgain() {
        assertThat(TOO_LONG).hasValueGreaterThan(1_000);
        assertThat(HELD_AGAIN).hasValueGreaterThan(1_000);
    }

    private static boolean isTooLong(Action<Outgoing> action) {
        Refusal refusal = action.entry().message().refusal();
        return refusal != null && refusal.reason() == Reason.DELAY_TOO_LONG;
    }

    private static ConsumerRecord<byte[], byte[]> anyMessage(int offset, Random random) {
        long timestampMs = switch (random.nextInt(5)) {
            case 0 -> -1;
            case 1 -> 0;
            case 2 -> NOW - 40L * 24 * 3_600_000;
            case 3 -> NOW + random.nextInt(60_000);
            default -> NOW - random.nextInt(5_000);
        };
        long waitMs = random.nextInt(random.nextBoolean() ? 5_000 : 60_000);
        String[] headers = switch (random.nextInt(6)) {
            case 0 -> new String[] {};
            case 1, 2 -> new String[] {"delay", Long.toString(waitMs)};
            default -> new String[] {"deliver_at", Long.toString(NOW + waitMs)};
        };
        return Messages.message("orders", offset, timestampMs, "key", "value", headers);
    }
}
