/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * How much memory a record takes, roughly: its key, value and headers, and the objects around them. Counting comes to an end
 * even in a Map that contains itself.
 */
final class Footprint {

    /** What a record, its bookkeeping and its place in a batch take. */
    private static final int RECORD = 256;
    /** What an object takes in addition to its contents. */
    private static final int OBJECT = 24;
    /** Values that nest deeper are refused. */
    private static final int MAX_DEPTH = 1_000;
    /** Values with more objects cannot be sent. */
    private static final int MAX_OBJECTS = 10_000_000;

    private int objects;

    private Footprint() {}

    /** In bytes. */
    static int of(SinkRecord record) {
        Footprint footprint = new Footprint();
        long bytes = RECORD + footprint.of(record.key()) + footprint.of(record.value());
        for (Header header : record.headers()) {
            bytes += 3 * OBJECT + header.key().length() + footprint.of(header.value());
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private long of(@Nullable Object value) {
        try {
            return of(value, 0);
        } catch (RuntimeException e) {
            // Thrown by the value's own methods. The encoder refuses such a record.
            return OBJECT;
        }
    }

    private long of(@Nullable Object value, int depth) {
        if (value instanceof byte[] bytes) {
            return bytes.length;
        } else if (value instanceof ByteBuffer buffer) {
            return buffer.capacity();
        } else if (value instanceof CharSequence text) {
            return (long) OBJECT + text.length();
        }
        long bytes = OBJECT;
        if (depth == MAX_DEPTH || ++objects > MAX_OBJECTS) {
            return bytes;
        } else if (value instanceof Struct struct) {
            for (Field field : struct.schema().fields()) {
                bytes += OBJECT + of(struct.getWithoutDefault(field.name()), depth + 1);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                bytes += 2 * OBJECT + of(entry.getKey(), depth + 1) + of(entry.getValue(), depth + 1);
            }
        } else if (value instanceof Collection<?> elements) {
            for (Object element : elements) {
                bytes += OBJECT + of(element, depth + 1);
            }
        }
        return bytes;
    }
}
