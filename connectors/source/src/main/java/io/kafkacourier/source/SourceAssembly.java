/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.intake.BatchLimit;
import io.kafkacourier.source.intake.InputReader;
import io.kafkacourier.source.intake.Intake;
import io.kafkacourier.source.intake.MissingRecords;
import io.kafkacourier.source.intake.Pacer;
import io.kafkacourier.source.intake.Partitions;
import io.kafkacourier.source.outgoing.RefusedRecords;
import io.kafkacourier.source.outgoing.SourceRecords;
import io.kafkacourier.source.outgoing.TierPlaces;
import io.kafkacourier.source.outgoing.TierRecords;
import io.kafkacourier.source.outgoing.TraceEvents;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.targets.BatchWatch;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.targets.HeldBack;
import io.kafkacourier.source.targets.TargetHealth;
import io.kafkacourier.source.targets.TargetRules;
import io.kafkacourier.source.targets.Trials;
import java.time.Clock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;

/** Assembles the parts of a task for the behaviour of its connector. */
public record SourceAssembly(ScheduledSource source, TargetHealth targets) {

    /**
     * Assembles the parts of a task.
     *
     * @param consumer closed with the source
     * @param lookup looks up topics; creates missing ones if that is allowed
     */
    public static SourceAssembly of(
            Behaviour behaviour,
            Assignment assignment,
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            Clock clock) {
        return of(behaviour, assignment, consumer, lookup, clock, System::nanoTime, LockSupport::parkNanos);
    }

    /**
     * Assembles the parts of a task with a clock for the spacing of batches.
     *
     * @param ticker nanoseconds from any origin, used to space batches
     * @param sleeper sleeps for a number of nanoseconds, or returns early
     */
    public static SourceAssembly of(
            Behaviour behaviour,
            Assignment assignment,
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            Clock clock,
            LongSupplier ticker,
            LongConsumer sleeper) {
        SourceConfig config = behaviour.config();
        TargetRules rules = behaviour.targetRules(lookup, clock);
        TargetHealth targets = targets(config, assignment, lookup, clock);
        MissingRecords missing = new MissingRecords(config.onMissing(), assignment.tiers()::containsKey);
        InputReader reader = new InputReader(consumer, config.consumerIdentity(), missing, lookup::ids, ticker);
        Ladder ladder = behaviour.waiting().ladder();
        Ladder ladderOfTiers = ladder.andLonger(assignment.tiers().keySet().stream()
                .map(config.tierNames()::seconds)
                .toList());
        Partitions partitions = new Partitions(reader, missing, ladder, ladderOfTiers, behaviour::policies);
        ScheduledSource source = new ScheduledSource(
                reader,
                partitions,
                new Intake(reader, partitions, config.bufferMaxBytes(), clock),
                records(behaviour, assignment, rules, targets, clock),
                config.traceTopic().isEmpty() ? null : new TraceEvents(config, rules, Ids.system(), clock),
                new BatchLimit(config.batchMaxBytes(), ticker),
                new Pacer(ticker, sleeper),
                clock);
        return new SourceAssembly(source, targets);
    }

    private static TargetHealth targets(SourceConfig config, Assignment assignment, TopicLookup lookup, Clock clock) {
        return new TargetHealth(
                new HeldBack(clock),
                Trials.ofConnector(config.connectorName(), clock),
                new BatchWatch(
                        config.clientId() + "-" + assignment.partitions().get(0),
                        lookup,
                        config.adminIdentity(),
                        config.transactionTimeout(),
                        clock));
    }

    private static SourceRecords records(
            Behaviour behaviour, Assignment assignment, TargetRules rules, TargetHealth targets, Clock clock) {
        SourceConfig config = behaviour.config();
        Fitting fitting = config.fitting();
        RefusedRecords refused =
                new RefusedRecords(behaviour.invalidBehavior(), behaviour.refusedTopic(), rules, fitting);
        TierPlaces places = new TierPlaces(config.tierNames(), assignment.tiers());
        return new SourceRecords(
                rules,
                fitting,
                new TierRecords(places, behaviour.waiting().ladder(), rules, fitting, refused, clock),
                refused,
                targets.heldBack(),
                targets.trials(),
                config.stampsDueTime(),
                clock);
    }
}
