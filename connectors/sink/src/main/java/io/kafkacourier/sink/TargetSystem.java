/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.time.Duration;

/**
 * The system that a sink writes to.
 *
 * @param name for logs and dead letters, such as {@code Elasticsearch}
 * @param destinationKind what a destination is called there, such as {@code index}
 * @param requestTimeout how long the transport waits for a response
 */
public record TargetSystem(
        String name,
        String destinationKind,
        Duration requestTimeout,
        RecordEncoder encoder,
        Transport transport,
        DestinationSetup setup) {}
