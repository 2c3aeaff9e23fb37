/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import io.kafkacourier.core.trace.EventId;
import io.kafkacourier.core.trace.EventStatus;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import java.util.List;
import java.util.stream.Stream;

/** Facts about trace events. */
final class EventFacts {

    private EventFacts() {}

    static List<Fact> all() {
        return Stream.of(
                        Stream.of(EventType.values()).map(type -> Fact.of("event", "", type.text())),
                        Stream.of(EventStatus.values()).map(status -> Fact.of("status", "", status.text())),
                        Stream.of(TraceField.values())
                                .map(field -> new Fact(
                                        "field", "", field.text(), field.kind().name())),
                        Stream.of(
                                new Fact(
                                        "field",
                                        "value of",
                                        TraceField.SCHEMA.text(),
                                        Long.toString(TraceEvent.SCHEMA)),
                                new Fact(
                                        "field",
                                        "value of",
                                        TraceField.EVENT_ID.text(),
                                        EventId.of(EventType.DELIVER, "orders", 3, 17, 1_769_860_800_000L, "hub"))))
                .flatMap(facts -> facts)
                .toList();
    }
}
