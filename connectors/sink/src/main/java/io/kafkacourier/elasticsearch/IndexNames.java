/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which index a document goes to. Not safe for use by several threads. */
interface IndexNames {

    /**
     * The index of a document, the same each time where the document and its record are.
     *
     * @param stamp the date in the document, null where it has none that can be read
     * @param recordTimestamp epoch milliseconds, null where the record has none
     * @return null where neither is usable
     */
    @Nullable
    String nameFor(@Nullable Instant stamp, @Nullable Long recordTimestamp);

    /** The names that a configuration asks for. */
    static IndexNames of(ElasticsearchTraceSinkConfig config, Clock clock) {
        return switch (config.indexStrategy()) {
            case DAILY -> new DailyIndices(config.indexPrefix(), config.retention(), clock);
            case DATASTREAM -> new DataStream(config.dataStream());
        };
    }
}
