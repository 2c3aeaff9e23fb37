/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** How large records are, in bytes. */
public final class RecordSize {

    /** About how many bytes of heap the objects around a record take: the record, its entry and its arrays. */
    private static final int OBJECTS = 300;

    private static final int HEADER_OBJECTS = 100;

    /** The size of a batch header, and the largest size of the fixed fields of a record (message format 2). */
    private static final int BATCH_AND_RECORD_OVERHEAD = 61 + 21;

    /** More than the size of the headers that the connector adds: two topic names, numbers, and the names of the headers. */
    private static final int OUR_HEADERS = 2_048;

    private RecordSize() {}

    /**
     * About how much memory holding a record takes. Decodes its headers, because headers that are not decoded keep the
     * whole fetched response in memory.
     */
    public static int held(ConsumerRecord<byte[], byte[]> record) {
        long size = OBJECTS + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            size += HEADER_OBJECTS + header.key().length() + length(header.value());
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    /** The key, the value and the headers of a record, in bytes. */
    public static long payload(ConsumerRecord<byte[], byte[]> record) {
        long size = length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            size += header.key().length() + length(header.value());
        }
        return size;
    }

    /**
     * An upper limit for the size of a record in a batch of its own, from the memory that holding its message takes: text
     * may take three bytes per character, and origin and reason are added.
     */
    public static long mostSent(int heldBytes) {
        return 3L * heldBytes + OUR_HEADERS;
    }

    /** The largest uncompressed size of a record in a batch of its own, which producers and topics limit. */
    public static long sent(Draft draft) {
        long size = BATCH_AND_RECORD_OVERHEAD
                + field(length(draft.key()))
                + field(length(draft.value()))
                + varint(draft.headers().size());
        for (org.apache.kafka.connect.header.Header header : draft.headers()) {
            size += field(utf8Length(header.key())) + field(length((byte[]) header.value()));
        }
        return size;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static long field(long length) {
        return varint(length) + length;
    }

    /** The size of a zigzag varint. */
    private static int varint(long value) {
        int bytes = 1;
        for (long rest = (value << 1) >>> 7; rest != 0; rest >>>= 7) {
            bytes++;
        }
        return bytes;
    }

    private static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return length;
    }
}
