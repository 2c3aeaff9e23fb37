/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

class PartitionScheduleSimulationTest {

    private static final AtomicInteger HEAP_RUNS_WITH_CRASHES = new AtomicInteger();
    private static final AtomicInteger CASCADE_RUNS_WITH_CRASHES = new AtomicInteger();
    private static final AtomicInteger RUNS_WITH_SEVERAL_ERAS = new AtomicInteger();
    private static final AtomicLong HOPS = new AtomicLong();

    @Property(tries = 4_000)
    void losesDoublesAndHastensNothingThroughCrashesClockStepsAndChangesOfSettings(@ForAll long seed) {
        Simulation simulation = new Simulation(seed, 1, (horizonMs, random) -> Ladder.none());

        simulation.run(120);

        assertThat(simulation.answered()).isEqualTo(simulation.arrived());
        HEAP_RUNS_WITH_CRASHES.addAndGet(simulation.crashes() > 0 ? 1 : 0);
        RUNS_WITH_SEVERAL_ERAS.addAndGet(simulation.mostEras() > 2 ? 1 : 0);
    }

    @Property(tries = 3_000)
    void losesDoublesAndHastensNothingThroughTiersAndChangesOfTheLadder(@ForAll long seed) {
        Simulation simulation = new Simulation(seed, 250, PartitionScheduleSimulationTest::anyLadder);

        simulation.run(100);

        assertThat(simulation.answered()).isEqualTo(simulation.arrived());
        CASCADE_RUNS_WITH_CRASHES.addAndGet(simulation.crashes() > 0 ? 1 : 0);
        HOPS.addAndGet(simulation.hops());
    }

    @AfterContainer
    static void thereWereCrashesHopsAndChangesOfSettings() {
        assertThat(HEAP_RUNS_WITH_CRASHES).hasValueGreaterThan(2_000);
        assertThat(CASCADE_RUNS_WITH_CRASHES).hasValueGreaterThan(2_000);
        assertThat(HOPS).hasValueGreaterThan(10_000);
        assertThat(RUNS_WITH_SEVERAL_ERAS).hasValueGreaterThan(200);
    }

    private static Ladder anyLadder(long horizonMs, Random random) {
        return random.nextInt(3) == 0
                ? Ladder.named(List.of(13L + random.nextInt(3), 20L + random.nextInt(20)), horizonMs)
                : Ladder.upTo(1_000_000, horizonMs);
    }

    @Property(tries = 500)
    void releasesByDueTimeAndThenByOffsetWhileNothingIsLate(@ForAll long seed) {
        Random random = new Random(seed);
        ScaledWait policy = new ScaledWait(50, 1);
        PartitionSchedule<Message, Message> schedule =
                new PartitionSchedule<>(policy.policies(), Ladder.none(), Progress.from(0, policy.settings()));
        List<Entry<Message>> delivered = new ArrayList<>();
        long offset = 0;
        for (long nowMs = 1_000; nowMs < 1_300; nowMs++) {
            for (int i = random.nextInt(3); i > 0 && nowMs < 1_200; i--) {
                Message message = new Message(offset, nowMs, 2L * (1 + random.nextInt(15)));
                schedule.offer(offset, message, ++offset, nowMs, action -> {
                    if (action instanceof Action.Deliver) {
                        delivered.add(action.entry());
                    }
                });
            }
            Action<Message> released;
            while ((released = schedule.release(nowMs)) != null) {
                assertThat(released.entry().dueMs()).isEqualTo(nowMs);
                delivered.add(released.entry());
            }
        }

        assertThat(delivered)
                .hasSize((int) offset)
                .isSortedAccordingTo(
                        Comparator.<Entry<Message>>comparingLong(Entry::dueMs).thenComparingLong(Entry::offset));
    }
}
