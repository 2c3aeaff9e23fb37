/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * An event in the topic to which it was routed. Two events are equal if all their bytes are equal.
 *
 * @param key in hexadecimal digits
 * @param value in hexadecimal digits
 * @param headers those of the application in their order, as name and hexadecimal digits
 * @param added the headers of the bundle
 */
record RoutedEvent(
        String topic,
        @Nullable String key,
        @Nullable String value,
        long timestamp,
        List<String> headers,
        Map<String, String> added) {

    private static final String OURS = "__courier.";

    /** The event in a record. */
    static RoutedEvent read(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> added = new TreeMap<>();
        for (Header header : record.headers()) {
            if (header.key().startsWith(OURS)) {
                String another = added.put(header.key(), Messages.header(record, header.key()));
                if (another != null) {
                    throw new AssertionError(header.key() + " occurs twice");
                }
            }
        }
        return new RoutedEvent(
                record.topic(),
                hex(record.key()),
                hex(record.value()),
                record.timestamp(),
                others(record.headers()),
                added);
    }

    /**
     * The expected form of a written event: everything except its delay.
     *
     * @param position the position to which it was written
     * @param reasons the headers {@code __courier.route.*}
     */
    static RoutedEvent expected(
            String topic,
            ProducerRecord<byte[], byte[]> written,
            RecordMetadata position,
            Map<String, String> reasons) {
        Map<String, String> added = new TreeMap<>(reasons);
        added.put("__courier.origin.topic", position.topic());
        added.put("__courier.origin.partition", Integer.toString(position.partition()));
        added.put("__courier.origin.offset", Long.toString(position.offset()));
        added.put("__courier.origin.timestamp", Long.toString(position.timestamp()));
        List<String> headers = others(written.headers());
        headers.removeIf(header -> header.startsWith("delay="));
        return new RoutedEvent(topic, hex(written.key()), hex(written.value()), position.timestamp(), headers, added);
    }

    private static List<String> others(Headers headers) {
        List<String> others = new ArrayList<>();
        for (Header header : headers) {
            if (!header.key().startsWith(OURS)) {
                others.add(header.key() + "=" + hex(header.value()));
            }
        }
        return others;
    }

    private static @Nullable String hex(byte @Nullable [] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }
}
