/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.metrics;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.metrics.Metric;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The metrics of a task of our source connectors. Names are public API. */
public enum SourceMetric {
    PENDING(
            "pending-count",
            "topic",
            "Messages in an input or tier that are not done with: held, or not read yet. Counts offsets, so that the markers"
                    + " of transactions ahead count too; 0 means empty. Up to 5 s old."),
    HELD("held-count", "Messages held in memory until they are due."),
    HELD_BYTES("held-bytes", "Memory that the held messages take, in bytes."),
    BUFFER_USED(
            "buffer-used-ratio",
            "Part of buffer.max.bytes that is used by messages that are held, fetched or about to be handed out. At 1 and"
                    + " above reading pauses: more memory, or a shorter horizon, lets it go on."),
    DUE_RATE("due-rate", "Messages per second that were due and handed to Connect, over the last 30 to 60 s."),
    DUE_TOTAL("due-total", "Messages that were due and handed to Connect since the task started."),
    DELIVERED_RATE(
            "delivered-rate",
            "Messages per second that Connect has written to their targets, over the last 30 to 60 s."),
    DELIVERED_TOTAL(
            "delivered-total",
            "Messages that Connect has written to their targets since the task started, with exactly-once support in"
                    + " transactions that are committed. Stays below due-total by what is on its way and what transforms"
                    + " drop."),
    LATENESS_P50(
            "lateness-p50-ms",
            "What half of the messages that had a delay were not later than, in milliseconds from when they were due until"
                    + " Connect had written them, over the last minute."),
    LATENESS_P99("lateness-p99-ms", "The same for 99 percent of them."),
    LATENESS_MAX("lateness-max-ms", "The same for all of them."),
    OVERDUE(
            "overdue-ms",
            "How long the message or tier that is next has been due already, in milliseconds; 0 where it is not due yet."
                    + " Grows where nothing gets out."),
    NEXT_DUE(
            "next-due-time-ms",
            "When the next of the held messages is due or the next message leaves a tier, epoch milliseconds."),
    FURTHEST_DUE(
            "furthest-due-time-ms",
            "When the last is due of the messages that this task holds or has sent to a tier since it started, epoch"
                    + " milliseconds."),
    HOP_RATE("hop-rate", "Messages per second that Connect has written to tiers, over the last 30 to 60 s."),
    HOP_TOTAL("hop-total", "Messages that Connect has written to tiers since the task started."),
    INVALID(
            Of.DELAY,
            "invalid-total",
            "reason",
            "Messages that were refused for a reason and written to invalid.topic since the task started."),
    DEAD_LETTERS(
            Of.RETRY,
            "dead-letter-total",
            "reason",
            "Messages that were written to dead.letter.topic for a reason since the task started."),
    WAITING(
            Of.RETRY,
            "waiting-count",
            "attempt",
            "Messages held in memory until that retry is due: 1 for the first, more for those beyond max.attempts, which"
                    + " were redriven. Those with longer to wait are in the pending-count of the tiers."),
    OLDEST_WAITING(
            Of.RETRY,
            "oldest-waiting-ms",
            "How long ago the message that has waited longest failed last, in milliseconds, of those that are held or are"
                    + " the next to leave a tier; NaN where none waits."),
    MISSING(
            "missing-total",
            "Offsets of inputs and tiers that are missing and were skipped, since the task started: deleted before they were"
                    + " read, or read and then gone with the end of a log that was truncated. Above 0 means loss."),
    REREAD("reread-total", "Records that were read a second time when the task started, to hold what was held before."),
    WAITING_INPUTS(
            "waiting-input-count",
            "Input partitions that wait before they are read on: the worker's clock stepped back, producers' clocks are ahead"
                    + " in too scattered a way, settings changed more than eight times while messages were held in memory, or the"
                    + " delay of a topic with a fixed delay is not over."),
    WAITING_TARGETS(
            "waiting-target-count",
            "Topics that kept messages waiting within the last 90 s: without a leader, with too few replicas in sync, not"
                    + " found or not to be written to as far as one look says, missing while the cluster cannot create them,"
                    + " or unknown since the cluster does not answer. Above 0 for long: look at held-back-total and the worker's log."),
    HELD_BACK(
            "held-back-total",
            "reason",
            "How often messages were held back in a tier since their target took none at the moment, since the task started."
                    + " A message counts each time it is tried again."),
    BATCH_AGE(
            Of.ALL,
            "batch-age-ms",
            "How long records that were handed to Connect have waited to be written, in milliseconds, counted from the last"
                    + " one that was written to the same topic; 0 if none waits. Above 30,000 something keeps the batch"
                    + " from ending: stalled-reason says what."),
    STALLED(
            Of.ALL,
            "stalled-reason",
            "reason",
            "For how many topics records have waited longer than 30 s for that reason, or 1 if nothing at all is handed out"
                    + " before a topic takes records; 0 is normal. The worker's log names topics and remedies."),
    REDRIVEN(
            Of.REDRIVE,
            "redriven-total",
            "Dead letters that were sent back in this redrive, or would have been with redrive.dry.run, over all its"
                    + " restarts."),
    LEFT(Of.REDRIVE, "left-total", "Dead letters that stay where they are, as redrive.when does not select them."),
    LOOPING(
            Of.REDRIVE,
            "loop-total",
            "Dead letters that stay where they are, as they were redriven redrive.max times."),
    REFUSED(
            Of.REDRIVE,
            "refused-total",
            "Dead letters that stay where they are, as they cannot go where they should; the worker's log says why of the"
                    + " first of each reason."),
    REMAINING(Of.REDRIVE, "remaining-count", "Offsets of dead letters that are still to be looked at; 0 means done."),
    WAITING_TOPICS(
            Of.REDRIVE,
            "waiting-target-count",
            "Topics whose dead letters wait until they take records again: without a leader, or with too few replicas in"
                    + " sync. All other letters go on; the worker's log names the topics."),
    DONE(Of.REDRIVE, "done", "1 once the redrive is at its end and the connector idle, 0 before."),
    UPKEEP_FAILURES(
            "upkeep-failure-total",
            "chore",
            "How often a background chore has failed since the task started: ids looks up whether topics were created"
                    + " anew, ends how much is pending, mirror shows progress in the consumer group, trim deletes from tiers"
                    + " what has left them."),
    UPKEEP_AGE(
            "upkeep-age-ms",
            "chore",
            "How long ago a background chore last succeeded, in milliseconds. Normal is up to 5,000."),
    BLOCKED_BY_TRANSACTION(
            "blocked-by-transaction-ms",
            "topic",
            "For how long an open transaction has kept consumers from reading a partition to its end, in milliseconds: the"
                    + " longest of the topic's partitions, or 0. pending-count does not include what is behind it. A value above"
                    + " the writers' transaction.timeout.ms means that the transaction hangs. Up to 5 s old."),
    LOOK_FAILURES(
            Of.CONNECTOR,
            "look-failure-total",
            "How often the look for topics and partitions to be read has failed since the connector started."),
    LOOK_AGE(
            Of.CONNECTOR,
            "look-age-ms",
            "How long ago that last succeeded, in milliseconds. Normal is up to topics.refresh.interval; while it grows, new"
                    + " topics and partitions are not read."),
    LEFT_OUT(
            Of.CONNECTOR,
            "left-out-topic-count",
            "Topics that are not read, though they are selected, as their settings would lose messages; the worker's log"
                    + " names them. They are looked at again with every topics.refresh.interval."),
    ENDANGERED(
            Of.CONNECTOR,
            "endangered-topic-count",
            "Inputs and tiers that are read, and whose settings have come to be such that messages may be lost or refused,"
                    + " as where retention is set on a tier; the worker's log names them.");

    /** Which connector has which metrics. */
    public enum Of {
        DELAY,
        RETRY,
        /** The way back of dead letters, which has none of the others. */
        REDRIVE,
        /** The connector itself, beside its tasks. */
        CONNECTOR,
        /** Each of the tasks; no connector is of this kind. */
        ALL;

        /** What is there. */
        public List<SourceMetric> metrics() {
            return Arrays.stream(SourceMetric.values())
                    .filter(metric -> metric.only == this
                            || (metric.only == ALL && this != CONNECTOR)
                            || (metric.only == null && (this == DELAY || this == RETRY)))
                    .toList();
        }

        /** Why messages are refused. */
        public Set<Reason> reasons() {
            return switch (this) {
                case DELAY -> EnumSet.range(Reason.UNREADABLE_DUE_TIME, Reason.TOO_LARGE);
                case REDRIVE, CONNECTOR, ALL -> EnumSet.noneOf(Reason.class);
                case RETRY -> {
                    Set<Reason> reasons = EnumSet.range(Reason.UNREADABLE_DUE_TIME, Reason.MANUAL);
                    reasons.remove(Reason.NO_TARGET);
                    yield reasons;
                }
            };
        }

        /** What counts messages that are refused. */
        public SourceMetric refusals() {
            return this == DELAY ? INVALID : DEAD_LETTERS;
        }
    }

    private final @Nullable Of only;
    private final String name;
    private final @Nullable String tag;
    private final String description;

    SourceMetric(String name, String description) {
        this(null, name, null, description);
    }

    SourceMetric(String name, String tag, String description) {
        this(null, name, tag, description);
    }

    SourceMetric(Of only, String name, String description) {
        this(only, name, null, description);
    }

    SourceMetric(@Nullable Of only, String name, @Nullable String tag, String description) {
        this.only = only;
        this.name = name;
        this.tag = tag;
        this.description = description;
    }

    /** What is declared. */
    public Metric metric() {
        return new Metric(name, description, tag);
    }
}
