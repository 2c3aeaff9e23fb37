/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records with the offsets of one connector: their keys are JSON arrays that begin with its name (KIP-618 has an
 * exactly-once task write them with the producer of its messages, which is named after the connector).
 */
final class OffsetRecords {

    /** Of a client that no source task uses. */
    static final OffsetRecords NONE = new OffsetRecords(new byte[0]);

    private static final String CLIENT_ID = "connector-producer-";

    private final byte[] keyBeginning;

    private OffsetRecords(byte[] keyBeginning) {
        this.keyBeginning = keyBeginning;
    }

    /** @param clientId of the producer: {@code connector-producer-<connector>-<task>} where it is a source task's */
    static OffsetRecords of(@Nullable Object clientId) {
        if (!(clientId instanceof String id) || !id.startsWith(CLIENT_ID)) {
            return NONE;
        }
        int end = id.lastIndexOf('-');
        return end <= CLIENT_ID.length()
                ? NONE
                : new OffsetRecords(("[\"" + id.substring(CLIENT_ID.length(), end) + "\",").getBytes(UTF_8));
    }

    boolean contain(ProducerRecord<?, ?> record) {
        int length = keyBeginning.length;
        return length > 0
                && record.key() instanceof byte[] key
                && key.length > length
                && Arrays.equals(key, 0, length, keyBeginning, 0, length);
    }
}
