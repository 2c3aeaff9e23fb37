/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the partition that Kafka's default partitioner would choose for a record with the text in {@code slot} as its
 * key, in a topic of {@code count} partitions.
 */
record Partitioning(int slot, int count) {

    Partitioning {
        if (count < 1) {
            throw new IllegalArgumentException("count must be >= 1, is " + count);
        }
    }

    /** The partition, or null if the source has no text. */
    @Nullable
    Integer partition(Fields fields) throws JsonException {
        JsonValue value = fields.get(slot);
        return value.isScalar() ? (Murmur2.hash(value.utf8()) & Integer.MAX_VALUE) % count : null;
    }
}
