/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.core.header.ConnectMessageHeaders.Form;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.header.Header;
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

    private static boolean isBytes(@Nullable Object value) {
        return value instanceof byte[] || value instanceof ByteBuffer;
    }
}
