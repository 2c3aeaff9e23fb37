/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.source.message.OutgoingHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Writes the failure history of a message into its headers. The connector's own headers, with limited size and once each,
 * replace all failure headers of other writers. Other headers stay as they are, byte for byte.
 *
 * @param connector the name of the connector, for dead letters without a header that names the connector that failed first
 * @param stacktraceMaxBytes the length at which stack traces are cut
 * @param messageMaxBytes the length at which error messages are cut
 */
public record StoryHeaders(String connector, int stacktraceMaxBytes, int messageMaxBytes) {

    /** The prefix of headers that Kafka's own reporter writes and tools read. */
    private static final String CONNECT = "__connect.errors.";

    private static final String CONNECT_STACKTRACE = CONNECT + "exception.stacktrace";
    private static final Set<String> STACKTRACES = Set.of(HeaderNames.ERROR_STACKTRACE, CONNECT_STACKTRACE);

    private static final Set<String> STACKTRACES_AND_HISTORY =
            Set.of(HeaderNames.ERROR_STACKTRACE, CONNECT_STACKTRACE, HeaderNames.RETRY_HISTORY);

    /** The limit for names, classes and numbers, which are cut to fit. */
    private static final int OTHERS_MAX_BYTES = 8_192;

    private static final int NAME_MAX_BYTES = 512;

    /** The most bytes that the connector's own headers take in a record. */
    public int mostBytes() {
        return 2 * stacktraceMaxBytes + 3 * messageMaxBytes + OTHERS_MAX_BYTES;
    }

    /**
     * The headers of a message that is tried again, with the last error: see {@link #withoutLastError}.
     *
     * @param mostRetries how often it is tried again at most
     */
    public ConnectHeaders again(
            ConsumerRecord<byte[], byte[]> message, Failure failure, int attempt, int mostRetries, long dueMs) {
        ConnectHeaders headers = begin(message, failure, attempt, mostRetries);
        add(headers, HeaderNames.RETRY_DUE, dueMs);
        return headers;
    }

    /**
     * The headers of a dead letter.
     *
     * @param mostRetries how often it could be tried again at most
     */
    public ConnectHeaders rest(
            ConsumerRecord<byte[], byte[]> message, Failure failure, int mostRetries, Reason reason) {
        ConnectHeaders headers = begin(message, failure, failure.retries(), mostRetries);
        OutgoingHeaders.add(headers, HeaderNames.RETRY_REASON, reason.name());
        addConnects(headers, message, failure, reason);
        return headers;
    }

    /** Only the first position of the message and the reason; no header of unlimited size. */
    public static ConnectHeaders pointer(Failure failure, Reason reason) {
        ConnectHeaders headers = new ConnectHeaders();
        addOrigin(headers, failure.origin());
        add(headers, HeaderNames.RETRY_ATTEMPT, failure.retries());
        OutgoingHeaders.add(headers, HeaderNames.RETRY_REASON, reason.name());
        OutgoingHeaders.add(headers, HeaderNames.RETRY_SHED, "value,headers");
        return headers;
    }

    /** Whether the headers of a dead letter state that its value was left out. */
    public static boolean hasShedValue(Headers headers) {
        Header shed = headers.lastHeader(HeaderNames.RETRY_SHED);
        return shed != null
                && List.of(HeaderText.decode(shed.value()).split(",")).contains("value");
    }

    /** The same headers without stack traces, and with a note of that. */
    public static ConnectHeaders withoutStacktrace(ConnectHeaders headers) {
        return without(headers, STACKTRACES, "stacktrace");
    }

    /**
     * The same headers without those of the last error, whose class is still in the history. An application that tries the
     * message again and fails may put its own error anywhere among them.
     */
    public static ConnectHeaders withoutLastError(ConnectHeaders headers) {
        ConnectHeaders fewer = new ConnectHeaders();
        headers.forEach(header -> {
            if (!header.key().startsWith(HeaderNames.ERROR_PREFIX)) {
                fewer.add(header);
            }
        });
        return fewer;
    }

    /** The same headers without stack traces and history, and with a note of that. */
    public static ConnectHeaders withoutHistory(ConnectHeaders headers) {
        return without(headers, STACKTRACES_AND_HISTORY, "stacktrace,history");
    }

    /** As {@link #withoutHistory}, also with a note that the value is missing. */
    public static ConnectHeaders withoutValue(ConnectHeaders headers) {
        return without(headers, STACKTRACES_AND_HISTORY, "stacktrace,history,value");
    }

    private ConnectHeaders begin(
            ConsumerRecord<byte[], byte[]> message, Failure failure, int attempt, int mostRetries) {
        ConnectHeaders headers = new ConnectHeaders();
        for (Header header : message.headers()) {
            if (!isReplaced(header.key())) {
                headers.addBytes(header.key(), header.value());
            }
        }
        Fault fault = failure.fault();
        addOrigin(headers, failure.origin());
        addName(headers, HeaderNames.FIRST_ERROR_CLASS, failure.firstClass());
        addCut(headers, HeaderNames.FIRST_ERROR_MESSAGE, failure.firstMessage(), messageMaxBytes);
        addName(headers, HeaderNames.ERROR_STAGE, fault.stage());
        addName(headers, HeaderNames.ERROR_CLASS, fault.className());
        addName(headers, HeaderNames.ERROR_ROOT_CLASS, fault.rootClassName());
        addCut(headers, HeaderNames.ERROR_MESSAGE, fault.message(), messageMaxBytes);
        addCut(headers, HeaderNames.ERROR_STACKTRACE, fault.stacktrace(), stacktraceMaxBytes);
        if (!fault.isUntold()) {
            OutgoingHeaders.add(headers, HeaderNames.ERROR_FINGERPRINT, fault.fingerprint());
        }
        if (failure.redrives() > 0) {
            add(headers, HeaderNames.RETRY_REDRIVE, failure.redrives());
        }
        OutgoingHeaders.add(
                headers, HeaderNames.RETRY_HISTORY, failure.history().text());
        add(headers, HeaderNames.RETRY_FIRST_FAILURE, failure.firstFailureMs());
        add(headers, HeaderNames.RETRY_LAST_FAILURE, failure.failureMs());
        add(headers, HeaderNames.RETRY_MAX, mostRetries);
        add(headers, HeaderNames.RETRY_ATTEMPT, attempt);
        return headers;
    }

    /** Adds one new set of Connect's headers for tools that read them: with the true origin, and the last error. */
    private void addConnects(
            ConnectHeaders headers, ConsumerRecord<byte[], byte[]> message, Failure failure, Reason reason) {
        Origin origin = failure.origin();
        Fault fault = failure.fault();
        addName(headers, CONNECT + "topic", origin.topic());
        add(headers, CONNECT + "partition", origin.partition());
        add(headers, CONNECT + "offset", origin.offset());
        addName(headers, CONNECT + "connector.name", said(message, CONNECT + "connector.name", connector));
        addName(headers, CONNECT + "task.id", said(message, CONNECT + "task.id", "0"));
        addName(headers, CONNECT + "stage", fault.stage());
        addName(headers, CONNECT + "class.name", said(message, CONNECT + "class.name", null));
        addName(headers, CONNECT + "exception.class.name", fault.className());
        addCut(
                headers,
                CONNECT + "exception.message",
                fault.message() == null ? reason.name() : fault.message(),
                messageMaxBytes);
        addCut(headers, CONNECT_STACKTRACE, fault.stacktrace(), stacktraceMaxBytes);
    }

    private static @Nullable String said(ConsumerRecord<byte[], byte[]> message, String name, @Nullable String absent) {
        Header last = message.headers().lastHeader(name);
        String text = last == null ? HeaderText.UNREADABLE : HeaderText.decode(last.value());
        return text.equals(HeaderText.UNREADABLE) ? absent : text;
    }

    private static boolean isReplaced(String header) {
        return Writer.of(header) != null
                || OutgoingHeaders.isOurs(header)
                || (header.startsWith(HeaderNames.PREFIX)
                        && (header.startsWith(HeaderNames.RETRY_PREFIX)
                                || header.startsWith(HeaderNames.FIRST_ERROR_PREFIX)
                                || header.startsWith(HeaderNames.ORIGIN_PREFIX)));
    }

    private static void addOrigin(ConnectHeaders headers, Origin origin) {
        addName(headers, HeaderNames.ORIGIN_TOPIC, origin.topic());
        addKnown(headers, HeaderNames.ORIGIN_PARTITION, origin.partition());
        addKnown(headers, HeaderNames.ORIGIN_OFFSET, origin.offset());
        addKnown(headers, HeaderNames.ORIGIN_TIMESTAMP, origin.timestampMs());
    }

    private static void addKnown(ConnectHeaders headers, String name, long number) {
        if (number != Origin.UNKNOWN) {
            add(headers, name, number);
        }
    }

    private static void add(ConnectHeaders headers, String name, long number) {
        OutgoingHeaders.add(headers, name, Long.toString(number));
    }

    private static void addName(ConnectHeaders headers, String name, @Nullable String value) {
        addCut(headers, name, value, NAME_MAX_BYTES);
    }

    private static void addCut(ConnectHeaders headers, String name, @Nullable String value, int maxBytes) {
        if (value != null) {
            headers.addBytes(name, cut(value.getBytes(UTF_8), maxBytes));
        }
    }

    /** The first bytes, without half a character at the end. */
    static byte[] cut(byte[] utf8, int maxBytes) {
        if (utf8.length <= maxBytes) {
            return utf8;
        }
        int end = maxBytes;
        while (end > 0 && (utf8[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(utf8, end);
    }

    private static ConnectHeaders without(ConnectHeaders headers, Set<String> names, String shed) {
        ConnectHeaders fewer = new ConnectHeaders();
        OutgoingHeaders.add(fewer, HeaderNames.RETRY_SHED, shed);
        headers.forEach(header -> {
            if (!names.contains(header.key()) && !header.key().equals(HeaderNames.RETRY_SHED)) {
                fewer.add(header);
            }
        });
        return fewer;
    }
}
