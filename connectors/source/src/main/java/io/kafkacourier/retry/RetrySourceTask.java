/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.source.Assignment;
import io.kafkacourier.source.BatchWatch;
import io.kafkacourier.source.InputReader;
import io.kafkacourier.source.MissingRecords;
import io.kafkacourier.source.ScheduledSourceTask;
import io.kafkacourier.source.TargetRules;
import io.kafkacourier.source.TaskClients;
import io.kafkacourier.source.Trials;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A task of {@link RetrySourceConnector}. */
public final class RetrySourceTask extends ScheduledSourceTask<RetrySourceConfig> {

    @Override
    protected RetrySourceConfig read(Map<String, String> properties) {
        return new RetrySourceConfig(properties);
    }

    @Override
    protected void begin(
            RetrySourceConfig config, Assignment assignment, TaskClients clients, MetricPublisher publisher) {
        if (!config.isRedrive()) {
            super.begin(config, assignment, clients, publisher);
            return;
        }
        Clock clock = Clock.systemUTC();
        RedrivePlan plan = config.redrivePlan();
        Trials trials = Trials.ofConnector(plan.connector(), clock);
        RedriveLetters letters = new RedriveLetters(
                plan,
                config.target(),
                config.story(),
                config.failures(),
                TargetRules.of(config, clients.lookup(), clock),
                config.fitting(),
                trials);
        InputReader reader = new InputReader(
                clients.consumer(),
                config.consumerIdentity(),
                new MissingRecords(config.onMissing(), topic -> false),
                topics -> CompletableFuture.completedFuture(Map.of()),
                System::nanoTime);
        BatchWatch watch = new BatchWatch(
                clients.id(), clients.lookup(), config.adminIdentity(), config.transactionTimeout(), clock);
        Redrive redrive = new Redrive(
                plan,
                new RedriveInput(reader, letters),
                letters,
                new RateLimit(plan.rate(), System::nanoTime),
                watch,
                trials,
                publisher,
                clock);
        run(redrive);
        redrive.start(assignment.partitions(), context.offsetStorageReader());
    }
}
