/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.kafka.header.ConnectMessageHeaders.Form;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Finds the form in which headers must be added to a record, so that its header converter can write them. */
final class HeaderForm {

    private HeaderForm() {}

    /**
     * Bytes if the record's headers are bytes or, if it has no headers, its value is; otherwise strings. Null headers
     * are ignored.
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
     * The form for a text that must arrive as text, whatever the value is. Every header converter except
     * ByteArrayConverter accepts strings. So the form is a string, unless the record shows that its headers go through
     * ByteArrayConverter: all its headers are bytes, or it has none and was copied byte for byte from a topic, like
     * records of our source connectors and MirrorMaker. The headers of a sink record are not converted again.
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

    /** Whether a source connector copied the record as bytes from a Kafka partition. */
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
