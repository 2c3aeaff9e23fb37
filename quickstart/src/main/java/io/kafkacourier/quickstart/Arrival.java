/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record that was read from its destination topic.
 *
 * @param id its {@code message_id}; empty if none
 * @param reason its {@code __courier.route.reason}; empty if none
 */
record Arrival(String id, String topic, String reason) {

    static Arrival of(ConsumerRecord<byte[], byte[]> record) {
        return new Arrival(header(record, "message_id"), record.topic(), header(record, "__courier.route.reason"));
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }
}
