/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/** The offsets that Connect has stored, by source partition. */
public record StoredOffsets(Map<Map<String, ?>, Map<String, Object>> stored) implements OffsetStorageReader {

    @Override
    public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
        return stored.get(partition);
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
        Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
        partitions.forEach(partition -> {
            Map<String, Object> offset = stored.get(partition);
            if (offset != null) {
                found.put(partition, offset);
            }
        });
        return found;
    }
}
