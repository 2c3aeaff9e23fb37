/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** How much memory a record holds, roughly: its key, value and headers, and the objects around them. */
final class Footprint {

    /** What a record, its bookkeeping and its place in a request take. */
    private static final int RECORD = 256;
    /** What an object takes beside what it holds. */
    private static final int OBJECT = 24;

    private Footprint() {}

    /** In bytes. */
    static int of(SinkRecord record) {
        long bytes = RECORD + of(record.key()) + of(record.value());
        for (Header header : record.headers()) {
            bytes += 3 * OBJECT + header.key().length() + of(header.value());
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static long of(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return bytes.length;
        } else if (value instanceof ByteBuffer buffer) {
            return buffer.capacity();
        } else if (value instanceof CharSequence text) {
            return (long) OBJECT + text.length();
        }
        long bytes = OBJECT;
        if (value instanceof Struct struct) {
            for (Field field : struct.schema().fields()) {
                bytes += OBJECT + of(struct.getWithoutDefault(field.name()));
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                bytes += 2 * OBJECT + of(entry.getKey()) + of(entry.getValue());
            }
        } else if (value instanceof Collection<?> elements) {
            for (Object element : elements) {
                bytes += OBJECT + of(element);
            }
        }
        return bytes;
    }
}
