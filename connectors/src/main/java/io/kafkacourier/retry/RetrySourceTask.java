/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.kafka.Assignment;
import io.kafkacourier.kafka.InputReader;
import io.kafkacourier.kafka.MissingRecords;
import io.kafkacourier.metrics.MetricPublisher;
import io.kafkacourier.source.BatchWatch;
import io.kafkacourier.source.ScheduledSourceTask;
import io.kafkacourier.source.TargetRules;
import io.kafkacourier.source.TaskClients;
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
        RedriveLetters letters = new RedriveLetters(
                plan,
                config.target(),
                config.story(),
                config.failures(),
                TargetRules.of(config, clients.lookup(), clock));
        InputReader reader = new InputReader(
                clients.consumer(),
                new MissingRecords(config.onMissing(), topic -> false),
                topics -> CompletableFuture.completedFuture(Map.of()),
                System::nanoTime);
        BatchWatch watch = new BatchWatch(clients.id(), clients.lookup(), config.transactionTimeout(), clock);
        Redrive redrive =
                new Redrive(plan, reader, letters, new Pace(plan.rate(), System::nanoTime), watch, publisher, clock);
        run(redrive);
        redrive.start(assignment.partitions(), context.offsetStorageReader());
    }
}
