/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.MessageHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The first position of a message, from its headers. A field is null if its header is missing or not a number.
 *
 * @param timestampMs the timestamp of its first record, epoch milliseconds
 */
public record Origin(
        String topic,
        @Nullable Long partition,
        @Nullable Long offset,
        @Nullable Long timestampMs) {

    /** Reads {@code __courier.origin.*}; null if there is no topic. */
    public static @Nullable Origin of(MessageHeaders headers) {
        String topic = TraceEvent.keyword(headers.text(HeaderNames.ORIGIN_TOPIC));
        return topic == null
                ? null
                : new Origin(
                        topic,
                        number(headers, HeaderNames.ORIGIN_PARTITION),
                        number(headers, HeaderNames.ORIGIN_OFFSET),
                        number(headers, HeaderNames.ORIGIN_TIMESTAMP));
    }

    private static @Nullable Long number(MessageHeaders headers, String name) {
        String text = headers.text(name);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
