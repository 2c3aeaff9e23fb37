/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import static java.util.Map.entry;

import io.kafkacourier.core.contract.HeaderNames;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The known writers of failure headers, recognised by the names of their headers. */
enum Writer {
    /**
     * The dead letter queue of a sink (KIP-298). Headers are appended: the first belongs to the origin, the last is the
     * latest.
     */
    CONNECT,
    /** DeadLetterPublishingRecoverer of Spring for Apache Kafka: numbers are big-endian. */
    SPRING_RECOVERER,
    /** {@code @RetryableTopic} of Spring for Apache Kafka: the same names with a shorter prefix, and a count of its own. */
    SPRING_RETRYABLE,
    /** The dead letter queue of Kafka Streams (KIP-1034). */
    STREAMS,
    /** The dead letter queue of share groups (KIP-1191). */
    SHARE_GROUP,
    /** Bridges from Pulsar, which pass on the properties of its retry letter topics. */
    PULSAR,
    /** Any application, in the headers of the contract. */
    APPLICATION,
    /** Any application, in a header of its own. */
    PLAIN;

    private static final Map<String, Writer> BY_NAME = Map.of(
            "RECONSUMETIMES", PULSAR,
            "REAL_TOPIC", PULSAR,
            "ORIGIN_MESSAGE_ID", PULSAR,
            "EXCEPTION_TYPE", PULSAR,
            "EXCEPTION_MESSAGE", PULSAR,
            "error_msg", PLAIN);

    private static final Map<String, Writer> BY_BEGINNING = Map.ofEntries(
            entry("__connect.errors.", CONNECT),
            entry("kafka_dlt-", SPRING_RECOVERER),
            entry("kafka_original-", SPRING_RETRYABLE),
            entry("kafka_exception-", SPRING_RETRYABLE),
            entry("kafka_key-exception-", SPRING_RETRYABLE),
            entry("retry_topic-", SPRING_RETRYABLE),
            entry("__streams.errors.", STREAMS),
            entry("__dlq.errors.", SHARE_GROUP),
            entry(HeaderNames.ERROR_PREFIX, APPLICATION));

    /** The writer of a header of that name; null if the header does not describe a failure. */
    static @Nullable Writer of(String header) {
        Writer byName = BY_NAME.get(header);
        if (byName != null) {
            return byName;
        }
        for (Map.Entry<String, Writer> beginning : BY_BEGINNING.entrySet()) {
            if (header.startsWith(beginning.getKey())) {
                return beginning.getValue();
            }
        }
        return null;
    }
}
