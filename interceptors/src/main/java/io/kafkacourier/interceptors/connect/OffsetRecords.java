/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the records with the offsets of one connector. Their keys are JSON arrays that begin with the connector's
 * name. An exactly-once task writes them with the producer of its messages, whose client id contains that name
 * (KIP-618).
 */
final class OffsetRecords {

    /** For a client that no source task uses. */
    static final OffsetRecords NONE = new OffsetRecords(new byte[0]);

    private static final String OF_A_TASK = "connector-producer-";
    private static final String OF_OFFSETS_ALONE = "connector-offset-producer-";

    private final byte[] keyBeginning;

    private OffsetRecords(byte[] keyBeginning) {
        this.keyBeginning = keyBeginning;
    }

    /**
     * @param clientId the producer's: {@code connector-producer-<connector>-<task>} for a source task, {@code
     *     connector-offset-producer-<connector>} if offsets are altered through the REST API
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
