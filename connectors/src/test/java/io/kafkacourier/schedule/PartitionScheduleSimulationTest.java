/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

class PartitionScheduleSimulationTest {

    private static final AtomicInteger RUNS_WITH_CRASHES = new AtomicInteger();

    @Property(tries = 4_000)
    void losesDoublesAndHastensNothingThroughCrashesClockStepsAndChangesOfSettings(@ForAll long seed) {
        Simulation simulation = new Simulation(seed);

        simulation.run(120);

        assertThat(simulation.answered()).isEqualTo(simulation.arrived());
        RUNS_WITH_CRASHES.addAndGet(simulation.crashes() > 0 ? 1 : 0);
    }

    @AfterContainer
    static void thereWereCrashes() {
        assertThat(RUNS_WITH_CRASHES).hasValueGreaterThan(2_000);
    }

    @Property(tries = 500)
    void releasesByDueTimeAndThenByOffsetWhileNothingIsLate(@ForAll long seed) {
        Random random = new Random(seed);
        ScaledWait policy = new ScaledWait(50, 1);
        PartitionSchedule<Message> schedule =
                new PartitionSchedule<>(policy.policies(), Progress.from(0, policy.settings()));
        List<Entry<Message>> delivered = new ArrayList<>();
        long offset = 0;
        for (long nowMs = 1_000; nowMs < 1_300; nowMs++) {
            for (int i = random.nextInt(3); i > 0 && nowMs < 1_200; i--) {
                Message message = new Message(offset, nowMs, 1 + random.nextInt(30));
                schedule.offer(offset++, message, nowMs, action -> {
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
