/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One data stream for all documents, which the server divides into indices. */
record DataStream(String name) implements IndexNames {

    @Override
    public @Nullable String nameFor(@Nullable Instant stamp, @Nullable Long recordTimestamp) {
        return stamp == null && recordTimestamp == null ? null : name;
    }
}
