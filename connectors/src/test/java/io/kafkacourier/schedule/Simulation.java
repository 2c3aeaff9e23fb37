/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The life of one partition: messages arrive, the clock runs and steps, batches are committed up to any of their
 * records, the process dies and goes on from what was committed, under the same or other settings.
 */
final class Simulation {

    private final Random random;
    private final List<Message> log = new ArrayList<>();
    private final Set<Long> answered = new TreeSet<>();

    private long nowMs = 1_000;
    private long endOffset;
    private int crashes;

    private ScaledWait policy;
    private PartitionSchedule<Message> schedule;
    private Progress committed;
    private long position;

    Simulation(long seed) {
        this.random = new Random(seed);
        this.policy = anyPolicy();
        this.endOffset = random.nextInt(3);
        this.committed = Progress.from(endOffset, policy.settings());
        this.schedule = new PartitionSchedule<>(policy.policies(), committed);
        this.position = endOffset;
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> arrive(1 + random.nextInt(6));
                case 3 -> nowMs += random.nextInt(60);
                case 4 -> nowMs = Math.max(0, nowMs + random.nextInt(200) - 100);
                default -> poll();
            }
        }
        drain();
    }

    int crashes() {
        return crashes;
    }

    Set<Long> answered() {
        return Collections.unmodifiableSet(answered);
    }

    Set<Long> arrived() {
        return log.stream().map(Message::offset).collect(Collectors.toCollection(TreeSet::new));
    }

    private ScaledWait anyPolicy() {
        return new ScaledWait(10L * random.nextInt(6), 1 + random.nextInt(3));
    }

    private void arrive(int count) {
        for (int i = 0; i < count; i++) {
            endOffset += random.nextInt(10) == 0 ? 1 : 0;
            long timestampMs = Math.max(0, nowMs - (random.nextInt(4) == 0 ? random.nextInt(100) : 0));
            timestampMs += random.nextInt(10) == 0 ? random.nextInt(50) : 0;
            long wait = random.nextInt(12) == 0 ? -1 : random.nextInt(5) == 0 ? 0 : random.nextInt(40);
            log.add(new Message(endOffset++, timestampMs, wait));
        }
        endOffset += random.nextInt(6) == 0 ? 1 : 0;
    }

    /** One poll of a task: a batch, of which a prefix is committed, after which the process may die. */
    private void poll() {
        List<Action<Message>> batch = batch(1 + random.nextInt(8), random.nextInt(10));
        boolean dies = random.nextInt(3) == 0;
        int prefix = dies ? random.nextInt(batch.size() + 1) : batch.size();
        commit(batch.subList(0, prefix));
        if (dies) {
            crashes++;
            policy = random.nextInt(4) == 0 ? anyPolicy() : policy;
            restart();
        }
    }

    private List<Action<Message>> batch(int most, int mostReads) {
        List<Action<Message>> batch = new ArrayList<>();
        boolean readFirst = random.nextBoolean();
        if (readFirst) {
            read(batch, most, mostReads);
        }
        Action<Message> released;
        while (batch.size() < most && (released = schedule.release(nowMs)) != null) {
            batch.add(released);
        }
        if (!readFirst) {
            read(batch, most, mostReads);
        }
        batch.forEach(this::assertAllowedNow);
        return batch;
    }

    private void read(List<Action<Message>> batch, int most, int mostReads) {
        for (int i = 0; i < mostReads && batch.size() < most; i++) {
            Message message = firstAt(position);
            if (message == null) {
                schedule.readUpTo(endOffset);
                position = endOffset;
                return;
            }
            if (!schedule.offer(message.offset(), message, nowMs, batch::add)) {
                assertThat(schedule.nextDueMs())
                        .as("when a refused record may be offered again")
                        .isGreaterThan(0);
                return;
            }
            position = message.offset() + 1;
            if (random.nextBoolean()) {
                schedule.readUpTo(position);
            }
        }
    }

    private @Nullable Message firstAt(long offset) {
        for (int i = log.size() - 1; i >= 0; i--) {
            if (log.get(i).offset() < offset) {
                return i + 1 < log.size() ? log.get(i + 1) : null;
            }
        }
        return log.isEmpty() ? null : log.get(0);
    }

    private void assertAllowedNow(Action<Message> action) {
        ScaledWait judgedUnder = ScaledWait.parse(action.progress().settings());
        Message message = action.entry().record();
        Entry<Message> judged = judgedUnder.judge(message);
        long wait = judged.dueMs() - message.timestampMs();
        if (action instanceof Action.Hold) {
            assertThat(judged.dueMs()).as("due time of %s, held", message).isGreaterThan(nowMs);
        } else if (action instanceof Action.Refuse<Message> refused) {
            assertThat(refused.refusal().reason() == Reason.UNREADABLE_DUE_TIME).isEqualTo(message.waitMs() < 0);
            assertThat(message.waitMs() < 0 || wait > judgedUnder.horizonMs()).isTrue();
        } else {
            assertThat(message.waitMs()).isGreaterThanOrEqualTo(0);
            assertThat(judged.dueMs()).as("due time of %s", message).isLessThanOrEqualTo(nowMs);
        }
    }

    private void commit(List<Action<Message>> actions) {
        for (Action<Message> action : actions) {
            committed = action.progress();
            if (action instanceof Action.Hold) {
                continue;
            }
            long offset = action.entry().offset();
            assertThat(answered.add(offset))
                    .as("offset %d is answered once", offset)
                    .isTrue();
        }
    }

    private void restart() {
        schedule = new PartitionSchedule<>(policy.policies(), committed);
        position = committed.low();
    }

    /** Lets the clock run until everything is out. */
    private void drain() {
        for (int i = 0; i < 10_000 && answered.size() < log.size(); i++) {
            commit(batch(5, 5));
            nowMs++;
        }
        assertThat(schedule.held()).isZero();
        assertThat(schedule.heldBytes()).isZero();
    }
}
