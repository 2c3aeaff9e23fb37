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

    private static final String OF_A_TASK = "connector-producer-";
    private static final String OF_OFFSETS_ALONE = "connector-offset-producer-";

    private final byte[] keyBeginning;

    private OffsetRecords(byte[] keyBeginning) {
        this.keyBeginning = keyBeginning;
    }

    /**
     * @param clientId of the producer: {@code connector-producer-<connector>-<task>} where it is a source task's, {@code
     *     connector-offset-producer-<connector>} where offsets are altered through the REST API
     */
    static OffsetRecords of(@Nullable Object clientId) {
        if (!(clientId instanceof String id)) {
            return NONE;
        } else if (id.startsWith(OF_OFFSETS_ALONE)) {
            return ofConnector(id.substring(OF_OFFSETS_ALONE.length()));
        }
        int end = id.lastIndexOf('-');
        return id.startsWith(OF_A_TASK) && end > OF_A_TASK.length()
                ? ofConnector(id.substring(OF_A_TASK.length(), end))
                : NONE;
    }

    private static OffsetRecords ofConnector(String name) {
        return new OffsetRecords(("[\"" + name + "\",").getBytes(UTF_8));
    }

    boolean contain(ProducerRecord<?, ?> record) {
        int length = keyBeginning.length;
        return length > 0
                && record.key() instanceof byte[] key
                && key.length > length
                && Arrays.equals(key, 0, length, keyBeginning, 0, length);
    }
}
