/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message that is published, and what should become of it.
 *
 * @param id goes into the header {@code message_id}
 * @param destination the topic in which it should arrive
 * @param reason why it should arrive in a topic for failures; null where it should not
 * @param hops how many connectors it passes that stamp its trace
 */
record Message(
        String id,
        String topic,
        String key,
        String value,
        Map<String, String> headers,
        String destination,
        @Nullable String reason,
        int hops) {

    /** How often messages are sent: by the application, and by each connector that they pass. */
    static long sent(List<Message> messages) {
        return messages.size() + messages.stream().mapToLong(Message::hops).sum();
    }

    /** Whether an application asked for a delay. */
    boolean isDelayed() {
        return headers.containsKey("delay") || headers.containsKey("deliver_at");
    }

    /** The message as a client writes it that knows no more of tracing than to set an id. */
    ProducerRecord<byte[], byte[]> toRecord() {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
        record.headers().add("message_id", id.getBytes(UTF_8));
        record.headers().add("trace_id", UUID.randomUUID().toString().getBytes(UTF_8));
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        return record;
    }
}
