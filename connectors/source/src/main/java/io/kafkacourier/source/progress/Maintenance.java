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
 * Background jobs for the partitions of a task, every {@link #INTERVAL} on a thread of its own: they show progress in a
 * consumer group, trim tiers, and look up the ids of the topics and the ends of the logs. No job stops or delays the task.
 * The metrics of this are named {@code upkeep-*}, and call a job a chore.
 */
public final class Maintenance implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** How long closing waits for what is under way, and then for its thread. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<MaintenanceJob> jobs;
    private final TopicIds ids;
    private final EndOffsets ends;
    private final BackgroundExecutor background;

    private Maintenance(String name, List<MaintenanceJob> jobs, TopicIds ids, EndOffsets ends, Duration interval) {
        this.jobs = List.copyOf(jobs);
        this.ids = ids;
        this.ends = ends;
        this.background = new BackgroundExecutor(name, PATIENCE);
        background.repeat(this::round, interval, interval);
    }

    /**
     * Starts the jobs.
     *
     * @param name of the thread
     * @param admin closed by its owner, after this
     * @param group the consumer group that shows the progress
     * @param assignment what the task reads
     */
    public static Maintenance start(
            String name,
            ProgressAdmin admin,
            String group,
            Assignment assignment,
            CompletedOffsets completed,
            Clock clock) {
        return start(name, admin, group, assignment, completed, clock, INTERVAL);
    }

    static Maintenance start(
            String name,
            ProgressAdmin admin,
            String group,
            Assignment assignment,
            CompletedOffsets completed,
            Clock clock,
            Duration interval) {
        Map<String, String> tierIds = new HashMap<>(assignment.topicIds());
        tierIds.keySet().retainAll(assignment.tiers().keySet());
        TopicIds ids = new TopicIds(admin, assignment.topicIds().keySet());
        EndOffsets ends = new EndOffsets(admin, assignment.partitions(), clock);
        Runnable mirror = new GroupMirror(admin, group, completed::acknowledged, clock);
        Runnable trim = new TierTrim(admin, tierIds, completed::durable);
        List<MaintenanceJob> jobs = List.of(
                new MaintenanceJob(
                        "ids", "look up whether the topics that " + name + " reads are still the same", ids, clock),
                new MaintenanceJob("ends", "look up where the topics that " + name + " reads end", ends, clock),
                new MaintenanceJob("mirror", "show the progress of " + name + " in the group " + group, mirror, clock),
                new MaintenanceJob("trim", "delete from the tiers of " + name + " what has left them", trim, clock));
        return new Maintenance(name, jobs, ids, ends, interval);
    }

    /** The jobs, for metrics. */
    public List<MaintenanceJob> jobs() {
        return jobs;
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

    /** Ends the jobs within twice {@link #PATIENCE}; one that is under way is interrupted after the first half. */
    @Override
    public void close() {
        background.close();
    }

    private void round() {
        for (MaintenanceJob job : jobs) {
            if (background.isClosed()) {
                return;
            }
            job.run();
        }
    }
}
