/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message to publish, and its expected result.
 *
 * @param id the value of the header {@code message_id}
 * @param destination the topic in which it must arrive
 * @param reason the reason with which it must arrive in a topic for failed messages; null if it must be delivered
 * @param hops the number of connectors on its way that add to its trace
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

    /** The number of sends of all messages, by the application and by each connector on their way. */
    static long sent(List<Message> messages) {
        return messages.size() + messages.stream().mapToLong(Message::hops).sum();
    }

    /** Whether the application requested a delay. */
    boolean isDelayed() {
        return headers.containsKey("delay") || headers.containsKey("deliver_at");
    }

    /** The record of a client that only sets a message id and no trace headers. */
    ProducerRecord<byte[], byte[]> toRecord() {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
        record.headers().add("message_id", id.getBytes(UTF_8));
        record.headers().add("trace_id", UUID.randomUUID().toString().getBytes(UTF_8));
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        return record;
    }
}
