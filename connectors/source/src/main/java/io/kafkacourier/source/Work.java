/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.progress.Assignment;
import java.time.Clock;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** The work of a task, such as {@link ScheduledWork}. */
@FunctionalInterface
public interface Work {

    /**
     * Begins the work.
     *
     * @param begun receives the work as soon as it has to be closed, even if this method throws
     * @throws ConnectException if the work cannot begin
     */
    void begin(Start start, Consumer<Running> begun);

    /**
     * Everything that the work of a task needs to begin.
     *
     * @param clients the consumer is closed with the work, the others stay open
     * @param publisher closed with the work
     */
    record Start(
            Behaviour behaviour,
            Assignment assignment,
            TaskClients clients,
            MetricPublisher publisher,
            OffsetStorageReader offsets,
            Clock clock) {}
}
