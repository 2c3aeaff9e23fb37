/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Simulates one input partition and its tiers: messages arrive, the clock runs and steps, the process is down for a while,
 * and batches are committed up to any of their records, or aborted. The process then continues from the committed progress,
 * with the same or another ladder, under the same or other settings. A simple model checks it: each message gets one
 * action, and none is delivered before its due time.
 */
final class Simulation {

    private final Random random;
    private final Ladders ladders;
    /** The unit of random durations, in milliseconds. */
    private final long unitMs;

    private final SimulatedPartition input;
    private final Map<Long, SimulatedPartition> tiers = new HashMap<>();
    private final Set<Long> arrived = new TreeSet<>();
    private final Set<Long> answered = new TreeSet<>();

    private long nowMs;
    private ScaledWait policy;
    private Ladder ladder;
    private int crashes;
    private int hops;
    private int mostEras;

    private record Step(SimulatedPartition partition, Action<Message> action) {}

    /** Chooses a ladder for a horizon. */
    interface Ladders {
        Ladder any(long horizonMs, Random random);
    }

    Simulation(long seed, long unitMs, Ladders ladders) {
        this.random = new Random(seed);
        this.unitMs = unitMs;
        this.ladders = ladders;
        this.nowMs = 1_000 * unitMs;
        this.policy = anyPolicy();
        this.ladder = ladders.any(policy.horizonMs(), random);
        this.input = new SimulatedPartition(random.nextInt(3), policy, ladder);
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> arrive(1 + random.nextInt(6));
                case 3 -> nowMs += duration(60);
                case 4 -> nowMs = Math.max(0, nowMs + duration(200) - 100 * unitMs);
                case 5 -> poll(random.nextInt(20), random.nextInt(20));
                default -> poll(random.nextInt(6), random.nextInt(6));
            }
        }
        drain();
    }

    int crashes() {
        return crashes;
    }

    int hops() {
        return hops;
    }

    /** The highest number of settings with held records at the same time. */
    int mostEras() {
        return mostEras;
    }

    Set<Long> answered() {
        return answered;
    }

    Set<Long> arrived() {
        return arrived;
    }

    private ScaledWait anyPolicy() {
        return new ScaledWait(10 * unitMs * random.nextInt(6), 1 + random.nextInt(3));
    }

    private long duration(int units) {
        return random.nextInt(units) * unitMs + (unitMs == 1 ? 0 : random.nextInt(10));
    }

    private void arrive(int count) {
        for (int i = 0; i < count; i++) {
            if (random.nextInt(10) == 0) {
                input.appendGap();
            }
            long timestampMs = Math.max(0, nowMs - (random.nextInt(4) == 0 ? duration(100) : 0));
            timestampMs += random.nextInt(10) == 0 ? duration(random.nextBoolean() ? 50 : 500) : 0;
            long wait = random.nextInt(12) == 0 ? -1 : random.nextInt(5) == 0 ? 0 : duration(40);
            Message message = new Message(input.endOffset(), timestampMs, wait);
            arrived.add(message.id());
            input.append(message);
        }
        if (random.nextInt(6) == 0) {
            input.appendGap();
        }
    }

    private Collection<SimulatedPartition> partitions() {
        List<SimulatedPartition> partitions = new ArrayList<>(tiers.values());
        partitions.add(input);
        return partitions;
    }

    private void poll(int most, int mostReads) {
        List<Step> batch = new ArrayList<>();
        for (SimulatedPartition partition : partitions()) {
            batch(partition, most, mostReads).forEach(action -> batch.add(new Step(partition, action)));
        }
        boolean dies = random.nextInt(3) == 0;
        commit(batch.subList(0, dies ? random.nextInt(batch.size() + 1) : batch.size()));
        if (dies) {
            crashes++;
            restart();
        }
    }

    private List<Action<Message>> batch(SimulatedPartition partition, int most, int mostReads) {
        List<Action<Message>> batch = new ArrayList<>();
        boolean readFirst = random.nextBoolean();
        if (readFirst) {
            read(partition, batch, most, mostReads);
        }
        Action<Message> released;
        while (batch.size() < most && (released = partition.schedule().release(nowMs)) != null) {
            batch.add(released);
        }
        if (!readFirst) {
            read(partition, batch, most, mostReads);
        }
        batch.forEach(action -> assertAllowedNow(partition, action));
        return batch;
    }

    private void read(SimulatedPartition partition, List<Action<Message>> batch, int most, int mostReads) {
        boolean taken = true;
        for (int i = 0; i < mostReads && batch.size() < most && taken; i++) {
            taken = partition.read(nowMs, random.nextBoolean(), batch::add);
        }
    }

    private void assertAllowedNow(SimulatedPartition partition, Action<Message> action) {
        Message message = action.entry().message();
        ScaledWait judgedUnder = partition.judgedUnder(message.offset(), policy);
        Entry<Message> judged = judgedUnder.judge(message);
        if (message.stay() != null) {
            assertThat(message.stay().releaseMs())
                    .as("end of the stay of %s", message)
                    .isLessThanOrEqualTo(nowMs);
        }
        if (action instanceof Action.Hold) {
            assertThat(judged.dueMs()).as("due time of %s, held", message).isGreaterThan(nowMs);
        } else if (action instanceof Action.Refuse) {
            assertThat(judged.isRefused()).isTrue();
        } else if (action instanceof Action.TooFar) {
            long waitMs = judged.dueMs() - nowMs;
            boolean isTooLong = (ladder.tiers().isEmpty() && waitMs > judgedUnder.horizonMs())
                    || (judged.limit() != null && waitMs > judged.limit().longestMs());
            assertThat(isTooLong).isTrue();
            assertThat(judged.isRefused()).isFalse();
        } else if (action instanceof Action.Hop<Message> hop) {
            assertThat(hop.releaseMs())
                    .as("end of the next stay of %s", message)
                    .isBetween(nowMs, judged.dueMs());
        } else {
            assertThat(judged.isRefused()).isFalse();
            assertThat(judged.dueMs()).as("due time of %s", message).isLessThanOrEqualTo(nowMs);
        }
    }

    private void commit(List<Step> steps) {
        for (Step step : steps) {
            mostEras = Math.max(mostEras, 1 + step.action.progress().earlier().size());
            step.partition.commit(step.action.progress(), policy);
            Message message = step.action.entry().message();
            if (step.action instanceof Action.Hop<Message> hop) {
                hops++;
                enter(hop);
            } else if (!(step.action instanceof Action.Hold)) {
                assertThat(answered.add(message.id()))
                        .as("message %d is answered once", message.id())
                        .isTrue();
            }
        }
    }

    private void enter(Action.Hop<Message> hop) {
        Message message = hop.entry().message();
        SimulatedPartition tier = tiers.computeIfAbsent(
                hop.tier().seconds(), seconds -> new SimulatedPartition(random.nextInt(3), policy, ladder));
        Message.Stay stay = new Message.Stay(hop.releaseMs(), hop.entry().dueMs());
        tier.append(new Message(message.id(), tier.endOffset(), message.timestampMs(), message.waitMs(), stay));
        if (random.nextInt(4) == 0) {
            tier.appendGap();
        }
    }

    private void restart() {
        if (random.nextInt(4) == 0) {
            policy = anyPolicy();
            ladder = ladders.any(policy.horizonMs(), random);
        }
        nowMs += random.nextInt(8) == 0 ? duration(500) : 0;
        partitions().forEach(partition -> partition.restart(policy, ladder));
    }

    /** Advances the clock until no record is left. */
    private void drain() {
        for (int i = 0; i < 100_000 && answered.size() < arrived.size(); i++) {
            for (SimulatedPartition partition : partitions()) {
                List<Step> steps = new ArrayList<>();
                batch(partition, 5, 5).forEach(action -> steps.add(new Step(partition, action)));
                commit(steps);
            }
            nowMs += unitMs;
        }
        for (SimulatedPartition partition : partitions()) {
            assertThat(partition.schedule().held()).isZero();
            assertThat(partition.schedule().heldBytes()).isZero();
        }
    }
}
