/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.core.topic.TopicNames;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.header.ConnectHeaders;

/** The headers of outgoing records: those of the message, byte for byte, and its origin. */
public final class OutgoingHeaders {

    private static final List<String> ORIGIN = List.of(
            HeaderNames.ORIGIN_TOPIC,
            HeaderNames.ORIGIN_PARTITION,
            HeaderNames.ORIGIN_OFFSET,
            HeaderNames.ORIGIN_TIMESTAMP);

    private OutgoingHeaders() {}

    /** The headers that are kept, and the origin of the message, unless it is among them. */
    public static ConnectHeaders of(ConsumerRecord<byte[], byte[]> message, Predicate<String> kept) {
        ConnectHeaders headers = new ConnectHeaders();
        boolean hasOrigin = false;
        boolean hasPartOfOrigin = false;
        for (Header header : message.headers()) {
            String name = header.key();
            if (kept.test(name)) {
                headers.addBytes(name, header.value());
                hasOrigin = hasOrigin || name.equals(HeaderNames.ORIGIN_TOPIC);
                hasPartOfOrigin = hasPartOfOrigin || name.startsWith(HeaderNames.ORIGIN_PREFIX);
            }
        }
        if (!hasOrigin) {
            if (hasPartOfOrigin) {
                ORIGIN.forEach(headers::remove);
            }
            addPosition(headers, message);
        }
        return headers;
    }

    /** Only the origin of the message, or else its current position; no header of unlimited size or number. */
    public static ConnectHeaders pointer(ConsumerRecord<byte[], byte[]> message) {
        ConnectHeaders headers = new ConnectHeaders();
        for (String name : ORIGIN) {
            Header last = message.headers().lastHeader(name);
            if (last != null && last.value() != null && last.value().length <= TopicNames.MAX_LENGTH) {
                headers.addBytes(name, last.value());
            }
        }
        if (headers.lastWithName(HeaderNames.ORIGIN_TOPIC) == null) {
            ORIGIN.forEach(headers::remove);
            addPosition(headers, message);
        }
        return headers;
    }

    private static void addPosition(ConnectHeaders headers, ConsumerRecord<byte[], byte[]> message) {
        add(headers, HeaderNames.ORIGIN_TOPIC, message.topic());
        add(headers, HeaderNames.ORIGIN_PARTITION, Integer.toString(message.partition()));
        add(headers, HeaderNames.ORIGIN_OFFSET, Long.toString(message.offset()));
        add(headers, HeaderNames.ORIGIN_TIMESTAMP, Long.toString(message.timestamp()));
    }

    /** Whether a header belongs to the bundle and has no use once the connector has read the message. */
    public static boolean isOurs(String header) {
        return header.startsWith(HeaderNames.PREFIX)
                && (header.startsWith(HeaderNames.HOP_PREFIX) || header.startsWith(HeaderNames.ROUTE_PREFIX));
    }

    /** Adds a header that is not there yet. */
    public static void add(ConnectHeaders headers, String name, String value) {
        headers.addBytes(name, HeaderText.encode(value));
    }
}
