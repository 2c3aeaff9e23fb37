/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record for tests. */
record GivenRecord(
        String topic,
        @Nullable Integer partition,
        @Nullable Long timestamp,
        Map<String, String> headers,
        @Nullable Object key,
        @Nullable Object value)
        implements RecordView {

    static GivenRecord empty() {
        return new GivenRecord("events", 3, 1_700_000_000_000L, Map.of(), null, null);
    }

    static GivenRecord json(String json) {
        return empty().withValue(json.getBytes(UTF_8));
    }

    GivenRecord withValue(@Nullable Object other) {
        return new GivenRecord(topic, partition, timestamp, headers, key, other);
    }

    GivenRecord withKey(@Nullable Object other) {
        return new GivenRecord(topic, partition, timestamp, headers, other, value);
    }

    GivenRecord withHeader(String name, String text) {
        return new GivenRecord(topic, partition, timestamp, Map.of(name, text), key, value);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
