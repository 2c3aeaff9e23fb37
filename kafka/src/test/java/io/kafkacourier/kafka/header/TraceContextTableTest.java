/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Sampler;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceHeaders;
import io.kafkacourier.core.trace.Tracer;
import io.kafkacourier.kafka.header.ConnectMessageHeaders.Form;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests every line of {@code trace-context.txt}: a message with headers passes a hop, and the result is described in
 * the words of the table. Runs for every collection of headers.
 */
class TraceContextTableTest {

    private static final String TABLE = "trace-context.txt";
    private static final Pattern COLUMNS = Pattern.compile("(?<name>.+?) \\| (?<headers>.*?) ?\\| (?<outcome>.+)");
    private static final Pattern MACRO = Pattern.compile("\\{(sp|tab|nl|del|(?<text>[a-z,]+)\\*(?<times>\\d+))}");
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-0(?<flags>[0-3])");
    private static final long NOW = 0x0190_1234_5678L;
    private static final String NEW_TRACE = "0190123456787[0-9a-f]{3}[89ab][0-9a-f]{15}";

    private static final String T = "0af7651916cd43dd8448eb211c80319c";
    private static final String O = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String S = "b7ad6b7169203331";

    private final Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    private final Tracer tracer = new Tracer(new Ids(clock, new Random(1)::nextLong), new Sampler(1));

    @ParameterizedTest
    @MethodSource("rows")
    void writesToHeadersOfKafka(Row row) {
        RecordHeaders headers = new RecordHeaders();
        row.headers().forEach(header -> headers.add(header.name(), header.value()));

        assertThat(outcome(new KafkaMessageHeaders(headers))).isEqualTo(row.outcome());
        assertThat(Stream.of(headers.toArray()).map(org.apache.kafka.common.header.Header::key))
                .filteredOn(List.of("traceparent", "tracestate")::contains)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void writesToHeadersOfConnectInBytes(Row row) {
        ConnectHeaders headers = new ConnectHeaders();
        row.headers().forEach(header -> headers.add(header.name(), header.value(), Schema.BYTES_SCHEMA));

        assertThat(outcome(new ConnectMessageHeaders(headers, Form.BYTES))).isEqualTo(row.outcome());
        assertThatNoneIsDoubled(headers);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void writesToHeadersOfConnectInText(Row row) {
        ConnectHeaders headers = new ConnectHeaders();
        row.headers().forEach(header -> headers.addString(header.name(), header.text()));

        assertThat(outcome(new ConnectMessageHeaders(headers, Form.STRING))).isEqualTo(row.outcome());
        assertThatNoneIsDoubled(headers);
    }

    private static void assertThatNoneIsDoubled(ConnectHeaders headers) {
        assertThat(StreamSupport.stream(headers.spliterator(), false).map(Header::key))
                .filteredOn(List.of("traceparent", "tracestate")::contains)
                .doesNotHaveDuplicates();
    }

    /** The resulting headers, in the words of the table. */
    private String outcome(MessageHeaders headers) {
        boolean isUnsampled = Tracer.isUnsampled(headers);
        TraceContext context = tracer.next(headers);
        assertThat(isUnsampled && context.sampled())
                .as("sampled, but treated as unsampled")
                .isFalse();
        String givenTraceId = headers.text("trace_id");
        new TraceHeaders(context, null, null).writeTo(headers);
        String traceparent = String.valueOf(headers.text("traceparent"));
        Matcher parts = TRACEPARENT.matcher(traceparent);
        assertThat(parts.matches()).as(traceparent).isTrue();
        assertThat(parts.group("span")).isEqualTo(context.spanId()).isNotEqualTo(S);
        assertThat(context.traceId()).isEqualTo(parts.group("trace"));
        assertThat(headers.text("trace_id"))
                .as("the application's id, or the trace id")
                .isEqualTo(givenTraceId == null ? context.traceId() : givenTraceId);
        StringBuilder outcome = new StringBuilder(word(parts.group("trace")));
        if (context.parentSpanId() != null) {
            outcome.append(" after ").append(word(context.parentSpanId()));
        }
        int flags = Integer.parseInt(parts.group("flags"));
        outcome.append((flags & 1) != 0 ? ", sampled" : ", not sampled");
        if ((flags & 2) != 0) {
            outcome.append(", random");
        }
        if (headers.text("tracestate") != null) {
            outcome.append("; tracestate ").append(headers.text("tracestate"));
        }
        if (context.traceName() != null) {
            outcome.append("; name ").append(context.traceName());
        }
        if (tracer.malformed() > 0) {
            outcome.append("; malformed ").append(tracer.malformed());
        }
        if (tracer.conflicts() > 0) {
            outcome.append("; conflicts ").append(tracer.conflicts());
        }
        return outcome.toString();
    }

    private static String word(String id) {
        return switch (id) {
            case T -> "T";
            case O -> "O";
            case S -> "S";
            default -> id.matches(NEW_TRACE) ? "new" : id;
        };
    }

    static Stream<Row> rows() throws IOException {
        try (InputStream table = TraceContextTableTest.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table).readAllBytes(), UTF_8);
            return text
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(Row::parse)
                    .toList()
                    .stream();
        }
    }

    private record Given(String name, String text) {

        byte[] value() {
            return text.getBytes(UTF_8);
        }
    }

    private record Row(String name, List<Given> headers, String outcome) {

        static Row parse(String line) {
            Matcher columns = COLUMNS.matcher(line);
            assertThat(columns.matches()).as(line).isTrue();
            List<Given> headers = new ArrayList<>();
            for (String header : columns.group("headers").split(" && ", -1)) {
                if (!header.isEmpty()) {
                    String[] nameAndValue = header.split(": ?", 2);
                    headers.add(new Given(nameAndValue[0], expanded(nameAndValue[1])));
                }
            }
            return new Row(columns.group("name"), headers, expanded(columns.group("outcome")));
        }

        private static String expanded(String text) {
            return MACRO.matcher(text).replaceAll(macro -> Matcher.quoteReplacement(expansion(macro)));
        }

        private static String expansion(MatchResult macro) {
            String text = macro.group(2);
            if (text == null) {
                return switch (macro.group(1)) {
                    case "sp" -> " ";
                    case "tab" -> "\t";
                    case "nl" -> "\n";
                    default -> "\u007f";
                };
            }
            int times = Integer.parseInt(macro.group(3));
            return text.equals("members")
                    ? IntStream.rangeClosed(1, times)
                            .mapToObj(i -> "bar" + i + "=" + i)
                            .collect(joining(","))
                    : text.repeat(times);
        }

        @Override
        public String toString() {
            return name + ": " + headers.stream().map(Given::text).collect(joining(" && "));
        }
    }
}
