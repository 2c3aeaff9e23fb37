/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Events with distinct ids, and their results in Kafka. */
final class Events {

    static final EmitterSettings SETTINGS =
            new EmitterSettings("message-trace", 6, 3, Map.of("bootstrap.servers", "localhost:9092"));

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private Events() {}

    static Supplier<TraceEvent> event(String id) {
        return () -> TraceEvent.builder(
                        EventType.SEND, id, new TraceContext(TRACE, "b7ad6b7169203331", null, true, ""), 0)
                .build();
    }

    static MockProducer<byte[], byte[]> producer(boolean autoComplete) {
        return new MockProducer<>(autoComplete, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * The ids of the events sent so far, each followed by the number of dropped events that it reports, such as {@code
     * "c+2"}.
     */
    static List<String> sent(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream().map(Events::describe).toList();
    }

    private static String describe(ProducerRecord<byte[], byte[]> sent) {
        try {
            JsonNode event = new ObjectMapper().readTree(sent.value());
            String announced = event.has("dropped_before")
                    ? "+" + event.get("dropped_before").longValue()
                    : "";
            return event.get("event_id").textValue() + announced;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
