/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides which index a document goes to. Not safe for use by several threads. */
public interface IndexNames {

    /**
     * The index of a document. The same document of the same record always has the same index.
     *
     * @param stamp the date in the document; null if it has none that can be read
     * @param recordTimestamp epoch milliseconds; null if the record has none
     * @return null if neither is usable
     */
    @Nullable
    String nameFor(@Nullable Instant stamp, @Nullable Long recordTimestamp);

    /**
     * One index per day.
     *
     * @param retention null if indices are kept forever
     */
    static IndexNames daily(String prefix, @Nullable Duration retention, Clock clock) {
        return new DailyIndices(prefix, retention, clock);
    }

    /** One data stream for all documents. */
    static IndexNames dataStream(String name) {
        return new DataStream(name);
    }
}
