/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import io.kafkacourier.kafka.background.BackgroundExecutor;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What is done for a task's partitions beside its work, every {@link #INTERVAL} on a thread of its own: their progress is
 * shown in a consumer group, tiers are trimmed, and the ids of the topics and the ends of the logs looked up. Nothing here
 * stops or delays the task.
 */
public final class Upkeep implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** How long closing waits for what is under way, and then for its thread. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<Chore> chores;
    private final TopicIds ids;
    private final EndOffsets ends;
    private final BackgroundExecutor background;

    private Upkeep(String name, List<Chore> chores, TopicIds ids, EndOffsets ends, Duration interval) {
        this.chores = List.copyOf(chores);
        this.ids = ids;
        this.ends = ends;
        this.background = new BackgroundExecutor(name, PATIENCE);
        background.repeat(this::round, interval, interval);
    }

    /**
     * Begins.
     *
     * @param name of the thread
     * @param group the consumer group that shows the progress
     * @param assignment what the task reads
     */
    public static Upkeep start(
            String name, ProgressAdmin admin, String group, Assignment assignment, Lows lows, Clock clock) {
        return start(name, admin, group, assignment, lows, clock, INTERVAL);
    }

    static Upkeep start(
            String name,
            ProgressAdmin admin,
            String group,
            Assignment assignment,
            Lows lows,
            Clock clock,
            Duration interval) {
        Map<String, String> tierIds = new HashMap<>(assignment.topicIds());
        tierIds.keySet().retainAll(assignment.tiers().keySet());
        TopicIds ids = new TopicIds(admin, assignment.topicIds().keySet());
        EndOffsets ends = new EndOffsets(admin, assignment.partitions(), clock);
        Runnable mirror = new GroupMirror(admin, group, lows::done, clock);
        Runnable trim = new TierTrim(admin, tierIds, lows::durable);
        List<Chore> chores = List.of(
                new Chore("ids", "look up whether the topics that " + name + " reads are still the same", ids, clock),
                new Chore("ends", "look up where the topics that " + name + " reads end", ends, clock),
                new Chore("mirror", "show the progress of " + name + " in the group " + group, mirror, clock),
                new Chore("trim", "delete from the tiers of " + name + " what has left them", trim, clock));
        return new Upkeep(name, chores, ids, ends, interval);
    }

    /** What is done, for those who watch. */
    public List<Chore> chores() {
        return chores;
    }

    /** Kafka's ids of the topics that are read, as of the last time that they were asked for: the same map until then. */
    public Map<String, String> topicIds() {
        return ids.found();
    }

    /** Where each log ends for a reader of committed records, as far as it is known. */
    public Map<TopicPartition, Long> ends() {
        return ends.known();
    }

    /** How long one of the topic's logs has not been readable to its end, for a transaction that does not end; 0 for none. */
    public long blockedMs(String topic) {
        return ends.blockedMs(topic);
    }

    /** Ends it within twice {@link #PATIENCE}; what is under way is given the first half. */
    @Override
    public void close() {
        background.close();
    }

    private void round() {
        for (Chore chore : chores) {
            if (background.isClosed()) {
                return;
            }
            chore.run();
        }
    }
}
