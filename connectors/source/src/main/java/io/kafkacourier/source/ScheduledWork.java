/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.progress.Maintenance;
import io.kafkacourier.source.progress.SourceOffset;
import io.kafkacourier.source.tier.TierPolicy;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/** The work of a task that schedules messages: a {@link ScheduledSource}, its metrics, and the maintenance of its partitions. */
public final class ScheduledWork {

    private ScheduledWork() {}

    /** Begins it: see {@link Work#begin}. */
    public static void begin(Work.Start start, Consumer<Running> begun) {
        Behaviour behaviour = start.behaviour();
        SourceConfig config = behaviour.config();
        TaskClients clients = start.clients();
        RunningSource starting = new RunningSource(
                SourceAssembly.of(behaviour, start.assignment(), clients.consumer(), clients.lookup(), start.clock()),
                new SourceMetrics(behaviour, start.clock()),
                start.publisher(),
                start.clock());
        begun.accept(starting);
        starting.start(
                start.assignment(),
                start.offsets(),
                completed -> Maintenance.start(
                        clients.id(),
                        clients.progress(),
                        config.progressGroup(),
                        start.assignment(),
                        completed,
                        start.clock()));
    }

    /**
     * Checks the form of a source offset.
     *
     * @param settings throws IllegalArgumentException if settings of an input cannot be read
     * @param offset null to delete it. Any offset may be deleted, even one that was stored when the connector was of
     *     another type, because Connect deletes all of them or none
     * @throws ConnectException if it does not have the form of {@link SourceOffset}
     */
    public static void checkOffset(
            Consumer<String> settings, Map<String, ?> partition, @Nullable Map<String, ?> offset) {
        if (offset != null) {
            SourceOffset.checkPartition(partition);
            SourceOffset.check(offset, text -> {
                if (TierPolicy.isSettings(text)) {
                    TierPolicy.horizonMs(text);
                } else {
                    settings.accept(text);
                }
            });
        }
    }
}
