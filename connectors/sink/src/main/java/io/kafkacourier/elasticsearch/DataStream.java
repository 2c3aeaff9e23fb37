/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One data stream for all documents, which the server cuts into indices itself. */
record DataStream(String name) implements IndexNames {

    @Override
    public @Nullable String nameFor(@Nullable Instant stamp, @Nullable Long recordTimestamp) {
        return stamp == null && recordTimestamp == null ? null : name;
    }
}
