/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.kafka.header.ConnectMessageHeaders.Form;
import org.apache.kafka.connect.connector.ConnectRecord;

/** The type in which the headers of a failure are written: the values of {@code header.format} of {@link ContentRouter}. */
enum HeaderFormat {
    /** The result of {@link HeaderForm#ofFailure}. */
    AUTO,
    /** Strings. */
    STRING,
    /** Bytes. */
    BYTES;

    /** The type for a record. */
    Form of(ConnectRecord<?> record) {
        return switch (this) {
            case AUTO -> HeaderForm.ofFailure(record);
            case STRING -> Form.STRING;
            case BYTES -> Form.BYTES;
        };
    }
}
