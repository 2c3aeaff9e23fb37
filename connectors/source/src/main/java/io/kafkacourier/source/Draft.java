/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import java.util.function.Supplier;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/** What is to be sent, wherever it goes. */
public final class Draft {

    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final ConnectHeaders headers;
    private final @Nullable Supplier<Draft> smaller;

    /** What is sent in another form where this is too large. */
    public Draft(byte @Nullable [] key, byte @Nullable [] value, ConnectHeaders headers, Supplier<Draft> smaller) {
        this(headers, key, value, smaller);
    }

    private Draft(
            ConnectHeaders headers, byte @Nullable [] key, byte @Nullable [] value, @Nullable Supplier<Draft> smaller) {
        this.key = key;
        this.value = value;
        this.headers = headers;
        this.smaller = smaller;
    }

    /** What cannot do with less. */
    public static Draft of(byte @Nullable [] key, byte @Nullable [] value, ConnectHeaders headers) {
        return new Draft(headers, key, value, null);
    }

    byte @Nullable [] key() {
        return key;
    }

    byte @Nullable [] value() {
        return value;
    }

    ConnectHeaders headers() {
        return headers;
    }

    /** The next smaller form; null where there is none. */
    @Nullable
    Draft smaller() {
        return smaller == null ? null : smaller.get();
    }
}
