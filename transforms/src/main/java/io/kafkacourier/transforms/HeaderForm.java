/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.kafka.header.ConnectMessageHeaders.Form;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Tells in which form headers have to be added to a record, so that its header converter can write them. */
final class HeaderForm {

    private HeaderForm() {}

    /**
     * Bytes where the record's headers are bytes or, without headers, its value is; else strings. A header that holds
     * nothing tells nothing.
     */
    static Form of(ConnectRecord<?> record) {
        Object example = record.value();
        for (Header header : record.headers()) {
            if (header.value() != null) {
                example = header.value();
                break;
            }
        }
        return isBytes(example) ? Form.BYTES : Form.STRING;
    }

    /**
     * The form for a text that has to arrive as text, whatever the value is. Every header converter takes strings but
     * ByteArrayConverter, so strings are right unless the record shows that its headers go through that one: all its headers
     * are bytes; or it has none and was copied byte for byte from a topic, as by our source connectors and MirrorMaker. The
     * headers of a record for a sink are not converted again.
     */
    static Form ofFailure(ConnectRecord<?> record) {
        boolean hasBytes = false;
        for (Header header : record.headers()) {
            if (isBytes(header.value())) {
                hasBytes = true;
            } else if (header.value() != null) {
                return Form.STRING;
            }
        }
        return hasBytes || isCopyOfMessage(record) ? Form.BYTES : Form.STRING;
    }

    /** Whether a source connector read the record from a partition of Kafka and left it in bytes. */
    private static boolean isCopyOfMessage(ConnectRecord<?> record) {
        return record instanceof SourceRecord source
                && source.sourcePartition() != null
                && source.sourcePartition().containsKey("topic")
                && source.sourcePartition().containsKey("partition")
                && isBytesOrNull(record.key())
                && isBytesOrNull(record.value());
    }

    private static boolean isBytesOrNull(@Nullable Object value) {
        return value == null || isBytes(value);
    }

    private static boolean isBytes(@Nullable Object value) {
        return value instanceof byte[] || value instanceof ByteBuffer;
    }
}
