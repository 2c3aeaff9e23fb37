/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Messages that can be recognised in every topic, because they contain their number and their delay. */
final class Messages {

    private static final String NUMBER = "number";
    private static final String ASKED_MS = "asked_ms";

    private Messages() {}

    /** A message with its own delay. */
    static ProducerRecord<byte[], byte[]> delayed(String topic, int partition, int number, String key, long delayMs) {
        ProducerRecord<byte[], byte[]> record = withFixedDelay(topic, partition, number, key, delayMs);
        record.headers().add("delay", bytes(delayMs + "ms"));
        return record;
    }

    /** A message that is delayed by its topic. */
    static ProducerRecord<byte[], byte[]> withFixedDelay(
            String topic, int partition, int number, String key, long delayMs) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, partition, bytes(key), bytes("{\"order_id\":" + number + ",\"customer\":\"" + key + "\"}"));
        record.headers().add(NUMBER, bytes(Integer.toString(number)));
        record.headers().add(ASKED_MS, bytes(Long.toString(delayMs)));
        return record;
    }

    /** The number of the message. */
    static int number(ConsumerRecord<byte[], byte[]> record) {
        return Integer.parseInt(header(record, NUMBER));
    }

    /** The requested delay. */
    static long askedMs(ConsumerRecord<byte[], byte[]> record) {
        return Long.parseLong(header(record, ASKED_MS));
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return text(record.key());
    }

    /** The last header of a name, as text. */
    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = Objects.requireNonNull(record.headers().lastHeader(name), name);
        return text(header.value());
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
