/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/** Each property also checks how many of its runs contained the events that it tests, such as crashes or hops. */
class PartitionScheduleSimulationTest {

    @Property(tries = 4_000)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void answersEachMessageOnceAndNoneEarlyThroughCrashesClockStepsAndNewSettings(@ForAll long seed) {
        Simulation simulation = new Simulation(seed, 1, (horizonMs, random) -> Ladder.none());

        simulation.run(120);

        assertThat(simulation.answered()).isEqualTo(simulation.arrived());
        assertShareOfRuns("crashed", simulation.crashes() > 0, 50);
        assertShareOfRuns("held messages of several settings", simulation.mostEras() > 2, 5);
    }

    @Property(tries = 3_000)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void answersEachMessageOnceAndNoneEarlyThroughTiersAndNewLadders(@ForAll long seed) {
        Simulation simulation = new Simulation(seed, 250, PartitionScheduleSimulationTest::anyLadder);

        simulation.run(100);

        assertThat(simulation.answered()).isEqualTo(simulation.arrived());
        assertShareOfRuns("crashed", simulation.crashes() > 0, 66);
        assertShareOfRuns("had at least four hops", simulation.hops() > 3, 50);
    }

    /** Asserts, after all runs of the property, that more than so many percent of them were of a kind. */
    private static void assertShareOfRuns(String kind, boolean isOfKind, double percent) {
        Statistics.label(kind)
                .collect(isOfKind)
                .coverage(runs -> runs.check(true).percentage(actual -> actual > percent));
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
