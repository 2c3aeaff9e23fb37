/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.topic.TopicNames;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the failure of a message from its headers, which any known writer may have written. The same record always gives
 * the same result.
 *
 * @param mostAheadMs how much later than the timestamp of a dead letter the failure time in its headers may be
 */
public record FailureReader(FailureReading reading, long mostAheadMs) {

    private static final String CONNECT = "__connect.errors.";
    private static final String STREAMS = "__streams.errors.";
    private static final String SHARE_GROUP = "__dlq.errors.";
    private static final String SPRING_RECOVERER = "kafka_dlt-";
    private static final String SPRING_RETRYABLE = "kafka_";
    private static final String SPRING_ATTEMPTS = "retry_topic-attempts";
    private static final String SPRING_FIRST_TIMESTAMP = "retry_topic-original-timestamp";

    private static final Pattern PULSAR_PARTITION = Pattern.compile("-partition-([0-9]{1,9})\\z");
    /** The largest count that is read, so that one more does not overflow. */
    public static final int MOST_COUNTED = Integer.MAX_VALUE - 1;

    /** The latest accepted time, epoch ms: the end of the year 9999. */
    private static final long LAST_MS = 253_402_300_799_999L;

    /** Reads a record of an error topic. */
    public Failure read(ConsumerRecord<byte[], byte[]> message) {
        FailureHeaders headers = new FailureHeaders(message.headers());
        return read(message, headers, failureMs(headers, message));
    }

    /** Reads a dead letter that another program wrote. */
    public Failure readForeign(ConsumerRecord<byte[], byte[]> message) {
        FailureHeaders headers = new FailureHeaders(message.headers());
        return read(message, headers, bounded(message, failureMs(headers, message)));
    }

    private Failure read(ConsumerRecord<byte[], byte[]> message, FailureHeaders headers, long failureMs) {
        Fault fault = fault(headers);
        int retries = retries(headers);
        History history = History.parse(headers.last(HeaderNames.RETRY_HISTORY)).plus(retries, failureMs, fault);
        boolean isGivenUp = Reason.MANUAL.name().equals(headers.last(HeaderNames.RETRY_REASON));
        return failure(message, headers, retries, failureMs, fault, history, isGivenUp);
    }

    /** Reads a record that waits for a retry, which the connector itself wrote with the number of the retry. */
    public Failure readWaiting(ConsumerRecord<byte[], byte[]> message) {
        FailureHeaders headers = new FailureHeaders(message.headers());
        return readOwn(message, headers, 1, lastFailureMs(headers));
    }

    /** Reads a dead letter that the connector itself wrote. */
    public Failure readDead(ConsumerRecord<byte[], byte[]> message) {
        FailureHeaders headers = new FailureHeaders(message.headers());
        return readOwn(message, headers, 0, bounded(message, lastFailureMs(headers)));
    }

    private static long lastFailureMs(FailureHeaders headers) {
        return Math.max(0, headers.lastNumber(HeaderNames.RETRY_LAST_FAILURE));
    }

    private Failure readOwn(
            ConsumerRecord<byte[], byte[]> message, FailureHeaders headers, int retriesToCome, long failureMs) {
        History history = History.parse(headers.last(HeaderNames.RETRY_HISTORY));
        int retries = Math.max(0, count(headers.lastNumber(HeaderNames.RETRY_ATTEMPT)) - retriesToCome);
        return failure(message, headers, retries, failureMs, Fault.ofHeaders(headers), history, false);
    }

    private Failure failure(
            ConsumerRecord<byte[], byte[]> message,
            FailureHeaders headers,
            int retries,
            long failureMs,
            Fault fault,
            History history,
            boolean isGivenUp) {
        Origin told = origin(headers, message);
        long firstMs = headers.lastNumber(HeaderNames.RETRY_FIRST_FAILURE);
        boolean isFirst = firstMs < 0;
        return new Failure(
                told == null ? here(message) : told,
                told != null,
                retries,
                count(headers.lastNumber(HeaderNames.RETRY_REDRIVE)),
                count(headers.lastNumber(HeaderNames.RETRY_MAX)),
                reading.story(headers),
                failureMs,
                isFirst ? failureMs : Math.min(firstMs, failureMs),
                fault,
                isFirst ? fault.className() : headers.last(HeaderNames.FIRST_ERROR_CLASS),
                isFirst ? fault.message() : headers.last(HeaderNames.FIRST_ERROR_MESSAGE),
                history,
                isGivenUp);
    }

    /** The failure time in the headers, if it belongs to this failure, and not to the one before the retry. */
    private static long failureMs(FailureHeaders headers, ConsumerRecord<byte[], byte[]> message) {
        long toldMs = headers.lastNumber(HeaderNames.RETRY_LAST_FAILURE);
        boolean isOfThisFailure =
                toldMs >= 0 && toldMs >= headers.lastNumber(HeaderNames.RETRY_DUE) && toldMs <= LAST_MS;
        // the message failed before it reached a topic that stamps records on arrival
        boolean isAfterwards = message.timestampType() == TimestampType.LOG_APPEND_TIME && toldMs > message.timestamp();
        return isOfThisFailure && !isAfterwards ? toldMs : Math.max(0, message.timestamp());
    }

    /** Limits a failure time by the record's own timestamp: a header could otherwise make the message wait forever. */
    private long bounded(ConsumerRecord<byte[], byte[]> message, long toldMs) {
        long ownMs = Math.max(0, message.timestamp());
        return toldMs - ownMs > mostAheadMs ? ownMs + mostAheadMs : toldMs;
    }

    private int retries(FailureHeaders headers) {
        long ours = headers.lastNumber(HeaderNames.RETRY_ATTEMPT);
        if (ours >= 0) {
            return count(ours);
        }
        long spring = headers.lastBinary(SPRING_ATTEMPTS);
        if (spring >= 0) {
            return count(reading.retriesOfSpring(spring));
        }
        long pulsar = headers.lastNumber("RECONSUMETIMES");
        return count(pulsar >= 0 ? pulsar : headers.lastNumber(SHARE_GROUP + "delivery.count"));
    }

    private Fault fault(FailureHeaders headers) {
        Writer latest = reading.latest(headers);
        if (latest == null) {
            return Fault.UNTOLD;
        }
        return switch (latest) {
            case CONNECT ->
                Fault.traced(
                        headers.last(CONNECT + "stage"),
                        headers.last(CONNECT + "exception.class.name"),
                        headers.last(CONNECT + "exception.message"),
                        headers.last(CONNECT + "exception.stacktrace"));
            case SPRING_RECOVERER, SPRING_RETRYABLE -> spring(headers);
            case STREAMS ->
                Fault.traced(
                        null,
                        Fault.classOf(headers.last(STREAMS + "exception")),
                        headers.last(STREAMS + "message"),
                        headers.last(STREAMS + "stacktrace"));
            case SHARE_GROUP -> new Fault(null, null, null, headers.last(SHARE_GROUP + "message"), null);
            case PULSAR ->
                new Fault(null, headers.last("EXCEPTION_TYPE"), null, headers.last("EXCEPTION_MESSAGE"), null);
            case APPLICATION, PLAIN -> reading.applicationFault(headers);
        };
    }

    private static Fault spring(FailureHeaders headers) {
        String name = "exception-fqcn";
        boolean isRecoverers = headers.place(SPRING_RECOVERER + name) > headers.place(SPRING_RETRYABLE + name);
        String prefix = isRecoverers ? SPRING_RECOVERER : SPRING_RETRYABLE;
        Fault traced = Fault.traced(
                null,
                headers.last(prefix + "exception-fqcn"),
                headers.last(prefix + "exception-message"),
                headers.last(prefix + "exception-stacktrace"));
        String cause = headers.last(prefix + "exception-cause-fqcn");
        return cause == null
                ? traced
                : new Fault(null, traced.className(), cause, traced.message(), traced.stacktrace());
    }

    /** The first position of the message, by the first writer that names it; null if there is none. */
    private static @Nullable Origin origin(FailureHeaders headers, ConsumerRecord<byte[], byte[]> message) {
        String ours = headers.last(HeaderNames.ORIGIN_TOPIC);
        if (ours != null) {
            return new Origin(
                    ours,
                    partition(headers.lastNumber(HeaderNames.ORIGIN_PARTITION)),
                    headers.lastNumber(HeaderNames.ORIGIN_OFFSET),
                    headers.lastNumber(HeaderNames.ORIGIN_TIMESTAMP));
        }
        return headers.writers().stream()
                .map(writer -> origin(writer, headers, message))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Origin origin(
            Writer writer, FailureHeaders headers, ConsumerRecord<byte[], byte[]> message) {
        return switch (writer) {
            case CONNECT -> textOrigin(headers, CONNECT, keptTimestampMs(message));
            case STREAMS -> textOrigin(headers, STREAMS, keptTimestampMs(message));
            // the broker writes a new record, stamped with the time of writing
            case SHARE_GROUP -> textOrigin(headers, SHARE_GROUP, Origin.UNKNOWN);
            case SPRING_RECOVERER -> springOrigin(headers, SPRING_RECOVERER);
            case SPRING_RETRYABLE -> springOrigin(headers, SPRING_RETRYABLE);
            case PULSAR -> pulsarOrigin(headers.first("REAL_TOPIC"));
            case APPLICATION, PLAIN -> null;
        };
    }

    /** The timestamp of the message, which a failed record keeps, unless its topic stamps records on arrival. */
    private static long keptTimestampMs(ConsumerRecord<byte[], byte[]> message) {
        boolean isKept = message.timestampType() == TimestampType.CREATE_TIME;
        return isKept ? Math.max(Origin.UNKNOWN, message.timestamp()) : Origin.UNKNOWN;
    }

    private static @Nullable Origin textOrigin(FailureHeaders headers, String prefix, long timestampMs) {
        String topic = headers.first(prefix + "topic");
        return topic == null
                ? null
                : new Origin(
                        topic,
                        partition(headers.firstNumber(prefix + "partition")),
                        headers.firstNumber(prefix + "offset"),
                        timestampMs);
    }

    private static @Nullable Origin springOrigin(FailureHeaders headers, String prefix) {
        String topic = headers.first(prefix + "original-topic");
        long timestampMs = headers.firstBinary(prefix + "original-timestamp");
        return topic == null
                ? null
                : new Origin(
                        topic,
                        partition(headers.firstBinary(prefix + "original-partition")),
                        headers.firstBinary(prefix + "original-offset"),
                        timestampMs < 0 ? headers.lastBinary(SPRING_FIRST_TIMESTAMP) : timestampMs);
    }

    /**
     * The origin of a Pulsar message, which has no Kafka offset.
     *
     * @param realTopic {@code persistent://tenant/namespace/topic-partition-3}
     */
    private static @Nullable Origin pulsarOrigin(@Nullable String realTopic) {
        if (realTopic == null) {
            return null;
        }
        String name = realTopic.substring(realTopic.lastIndexOf('/') + 1);
        Matcher partition = PULSAR_PARTITION.matcher(name);
        boolean isPartition = partition.find();
        String topic = isPartition ? name.substring(0, partition.start()) : name;
        return TopicNames.problem(topic) != null
                ? null
                : new Origin(
                        topic,
                        isPartition ? Integer.parseInt(partition.group(1)) : Origin.UNKNOWN,
                        Origin.UNKNOWN,
                        Origin.UNKNOWN);
    }

    private static Origin here(ConsumerRecord<byte[], byte[]> message) {
        return new Origin(
                message.topic(), message.partition(), message.offset(), Math.max(Origin.UNKNOWN, message.timestamp()));
    }

    private static int partition(long number) {
        return number > Integer.MAX_VALUE ? Origin.UNKNOWN : (int) number;
    }

    private static int count(long number) {
        return (int) Math.max(0, Math.min(number, MOST_COUNTED));
    }
}
