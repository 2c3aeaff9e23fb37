/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.metrics;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.contract.Reason.Family;
import io.kafkacourier.kafka.metrics.Metric;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The metrics of source connectors and their tasks. Names are public API. */
public enum SourceMetric {
    PENDING(
            "pending-count",
            "topic",
            "Pending messages of an input or tier: held, or not read yet. It counts offsets, so markers of"
                    + " transactions count too; 0 means that none is pending. Up to 5 s old."),
    HELD("held-count", "Messages held in memory until they are due."),
    HELD_BYTES("held-bytes", "Memory that the held messages take, in bytes."),
    BUFFER_USED(
            "buffer-used-ratio",
            "Part of buffer.max.bytes that is in use by messages that are held, fetched or about to be handed to"
                    + " Connect. At 1 and above, reading pauses: a larger buffer.max.bytes or a shorter horizon lets"
                    + " it go on."),
    DUE_RATE("due-rate", "Messages per second that were due and handed to Connect, over the last 30 to 60 s."),
    DUE_TOTAL("due-total", "Messages that were due and handed to Connect since the task started."),
    DELIVERED_RATE(
            "delivered-rate", "Messages per second that Connect wrote to their targets, over the last 30 to 60 s."),
    DELIVERED_TOTAL(
            "delivered-total",
            "Messages that Connect wrote to their targets since the task started; with exactly-once support, in"
                    + " committed transactions. It is below due-total by the messages that are on their way and"
                    + " those that transforms dropped."),
    LATENESS_P50(
            "lateness-p50-ms",
            "Median lateness of delayed messages over the last minute: the time from when they were due until"
                    + " Connect had written them, in milliseconds."),
    LATENESS_P99("lateness-p99-ms", "99th percentile of the same lateness, in milliseconds."),
    LATENESS_MAX("lateness-max-ms", "Highest of the same lateness, in milliseconds."),
    OVERDUE(
            "overdue-ms",
            "How long the next message or tier has been due already, in milliseconds; 0 if it is not due yet. Grows"
                    + " while no message gets out."),
    NEXT_DUE(
            "next-due-time-ms",
            "When the next held message is due or the next message leaves a tier, epoch milliseconds."),
    FURTHEST_DUE(
            "furthest-due-time-ms",
            "The latest due time of the messages that this task holds or has sent to a tier since it started, epoch"
                    + " milliseconds."),
    HOP_RATE("hop-rate", "Messages per second that Connect wrote to tiers, over the last 30 to 60 s."),
    HOP_TOTAL("hop-total", "Messages that Connect wrote to tiers since the task started."),
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
            "Messages held in memory until that retry is due: 1 is the first retry, and more counts those beyond"
                    + " max.attempts, which were redriven. Messages with longer waits are in pending-count of the"
                    + " tiers."),
    OLDEST_WAITING(
            Of.RETRY,
            "oldest-waiting-ms",
            "How long ago the message that has waited longest failed last, in milliseconds. It covers messages that"
                    + " are held or are the next to leave a tier; NaN if none waits."),
    MISSING(
            "missing-total",
            "Missing offsets of inputs and tiers that were skipped since the task started: deleted before they were"
                    + " read, or read and then cut off when the log was truncated. Above 0 means loss."),
    REREAD("reread-total", "Records that were read again when the task started, because they were held before."),
    WAITING_INPUTS(
            "waiting-input-count",
            "Input partitions that are not read on for now: the worker's clock stepped back, the clocks of many"
                    + " producers are ahead, settings changed more than eight times while messages were held in"
                    + " memory, or the delay of a topic with a fixed delay is not over."),
    WAITING_TARGETS(
            "waiting-target-count",
            "Topics that kept messages waiting within the last 90 s: without a leader, with too few replicas in"
                    + " sync, not found or not writable in one check, missing while the cluster cannot create them,"
                    + " or unknown because the cluster does not answer. If it stays above 0, see held-back-total and"
                    + " the worker's log."),
    HELD_BACK(
            "held-back-total",
            "reason",
            "How often messages were held back in a tier, because their target accepted none at the moment, since"
                    + " the task started. A message counts each time it is tried again."),
    BATCH_AGE(
            Of.ALL,
            "batch-age-ms",
            "How long records that were handed to Connect have waited to be written, in milliseconds, counted from"
                    + " the last record that was written to the same topic; 0 if none waits. Above 30,000 the batch"
                    + " cannot end: stalled-reason gives the reason."),
    STALLED(
            Of.ALL,
            "stalled-reason",
            "reason",
            "Number of topics whose records have waited longer than 30 s for that reason, or 1 if the task hands out"
                    + " nothing until a topic accepts records; 0 is normal. The worker's log names topics and"
                    + " remedies."),
    REDRIVEN(
            Of.REDRIVE,
            "redriven-total",
            "Dead letters that were sent back in this redrive, or would have been with redrive.dry.run, over all its"
                    + " restarts."),
    LEFT(Of.REDRIVE, "left-total", "Dead letters that stay where they are, because redrive.when does not select them."),
    LOOPING(
            Of.REDRIVE,
            "loop-total",
            "Dead letters that stay where they are, because they were redriven redrive.max times."),
    REFUSED(
            Of.REDRIVE,
            "refused-total",
            "Dead letters that stay where they are, because they cannot go to their target; the worker's log"
                    + " explains the first one of each reason."),
    REMAINING(
            Of.REDRIVE,
            "remaining-count",
            "Offsets of dead letters that the redrive has not processed yet; 0 means done."),
    WAITING_TOPICS(
            Of.REDRIVE,
            "waiting-target-count",
            "Topics whose dead letters wait until the topic accepts records again: without a leader, or with too few"
                    + " replicas in sync. All other letters go on; the worker's log names the topics."),
    DONE(Of.REDRIVE, "done", "1 if the redrive has ended and the connector is idle, 0 before."),
    UPKEEP_FAILURES(
            "upkeep-failure-total",
            "chore",
            "How often a background chore failed since the task started: ids checks whether topics were created"
                    + " anew, ends looks up where logs end, mirror shows progress in the consumer group, trim"
                    + " deletes messages that have left their tier."),
    UPKEEP_AGE(
            "upkeep-age-ms",
            "chore",
            "How long ago a background chore last succeeded, in milliseconds. Up to 5,000 is normal."),
    BLOCKED_BY_TRANSACTION(
            "blocked-by-transaction-ms",
            "topic",
            "How long an open transaction has kept consumers from reading a partition to its end, in milliseconds:"
                    + " the longest time among the topic's partitions, or 0. pending-count does not include messages"
                    + " behind it. A value above transaction.timeout.ms of the writers means that the transaction"
                    + " hangs. Up to 5 s old."),
    LOOK_FAILURES(
            Of.CONNECTOR,
            "look-failure-total",
            "How often the search for topics and partitions to read failed since the connector started."),
    LOOK_AGE(
            Of.CONNECTOR,
            "look-age-ms",
            "How long ago the search last succeeded, in milliseconds. Up to topics.refresh.interval is normal; while"
                    + " it grows beyond that, new topics and partitions are not read."),
    LEFT_OUT(
            Of.CONNECTOR,
            "left-out-topic-count",
            "Selected topics that are not read, because their settings would lose messages; the worker's log names"
                    + " them. They are checked again every topics.refresh.interval."),
    ENDANGERED(
            Of.CONNECTOR,
            "endangered-topic-count",
            "Inputs and tiers that are read, but whose settings were changed so that messages may be lost or"
                    + " refused, for example by retention on a tier; the worker's log names them.");

    /** The connectors and tasks that have a metric. */
    public enum Of {
        DELAY,
        RETRY,
        /** A redrive, which has none of the other metrics. */
        REDRIVE,
        /** The connector itself, as opposed to its tasks. */
        CONNECTOR,
        /** Each of the tasks; no connector is of this kind. */
        ALL;

        /** All metrics of this kind. */
        public List<SourceMetric> metrics() {
            return Arrays.stream(SourceMetric.values())
                    .filter(metric -> metric.only == this
                            || (metric.only == ALL && this != CONNECTOR)
                            || (metric.only == null && (this == DELAY || this == RETRY)))
                    .toList();
        }

        /** The reasons for which messages are refused. */
        public Set<Reason> reasons() {
            return switch (this) {
                case DELAY -> Reason.of(Family.DUE_TIME, Family.TARGET);
                case REDRIVE, CONNECTOR, ALL -> EnumSet.noneOf(Reason.class);
                case RETRY -> {
                    Set<Reason> reasons = Reason.of(Family.DUE_TIME, Family.TARGET, Family.FAILURE);
                    // retry.topic is required
                    reasons.remove(Reason.NO_TARGET);
                    yield reasons;
                }
            };
        }

        /** The metric that counts refused messages. */
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

    /** The declaration of the metric. */
    public Metric metric() {
        return new Metric(name, description, tag);
    }
}
