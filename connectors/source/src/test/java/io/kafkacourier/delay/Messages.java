/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Messages as a consumer returns them. */
final class Messages {

    private Messages() {}

    /** The first message of {@code orders-0}, with headers given as name, value, name, value. */
    static ConsumerRecord<byte[], byte[]> at(long timestampMs, String... headers) {
        return message("orders", 0, timestampMs, "key", "value", headers);
    }

    /** A message of {@code orders-0} that was written at {@link DelayTaskFixture#NOW}. */
    static ConsumerRecord<byte[], byte[]> message(long offset, String... headers) {
        return message("orders", offset, DelayTaskFixture.NOW, "key", "value", headers);
    }

    /** A message in a tier, on its way from {@code orders-0} to the topic {@code out}. */
    static ConsumerRecord<byte[], byte[]> stay(
            String tier, long offset, long releaseMs, long dueMs, long originOffset) {
        return message(
                tier,
                offset,
                DelayTaskFixture.NOW,
                "key",
                "value",
                "target_topic",
                "out",
                "__courier.hop.release",
                Long.toString(releaseMs),
                "__courier.hop.due",
                Long.toString(dueMs),
                "__courier.origin.topic",
                "orders",
                "__courier.origin.offset",
                Long.toString(originOffset));
    }

    static ConsumerRecord<byte[], byte[]> message(
            String topic,
            long offset,
            long timestampMs,
            @Nullable String key,
            @Nullable String value,
            String... headers) {
        Headers all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                topic,
                0,
                offset,
                timestampMs,
                TimestampType.CREATE_TIME,
                0,
                0,
                bytes(key),
                bytes(value),
                all,
                Optional.empty());
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }
}
