/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.header.KafkaMessageHeaders;
import io.kafkacourier.core.header.MessageHeaders;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracerTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + SPAN + "-01";
    private static final String MEMBER_32 = numbered(32);
    private static final String OTHER_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final Tracer tracer = new Tracer(Ids.system(), new Sampler(1));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # version 00: exactly 55 characters, lower case
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00     | false
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01     | true
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02     | false
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03     | true
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-08     | false
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-09     | true
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0f     | true
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-10     | false
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-a1     | true
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-fe     | false
            00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff     | true
            # outer blanks are no part of a header's text
            ' 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'  | true
            '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 '  | true
            '\t00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\t' | true
            # a higher version: its first 55 characters, and a dash before what follows
            01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00     | false
            01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01     | true
            02-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-    | true
            cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like | true
            cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-WHAT | false
            0f-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01     | true
            f0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01     | true
            fe-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01     | true
            """)
    void continuesFromAReadableTraceparent(String traceparent, boolean sampled) {
        TraceContext context = next("traceparent", traceparent);

        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(context.parentSpanId()).isEqualTo(SPAN);
        assertThat(context.spanId()).isNotEqualTo(SPAN);
        assertThat(context.sampled()).isEqualTo(sampled);
        assertThat(context.traceParent()).isEqualTo("00-" + TRACE + "-" + context.spanId() + (sampled ? "-01" : "-00"));
        assertThat(tracer.malformed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-",
                "00--",
                "---",
                "garbage",
                "00-0af7651916cd43dd8448eb211c80319c",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                // longer than version 00 is
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                // zeros
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-00000000000000000000000000000000-0000000000000000-00",
                "01-00000000000000000000000000000000-b7ad6b7169203331-01",
                "01-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                // upper case
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0A",
                "CC-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                // no hex digits
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                "00-.af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333z-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-x1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-.0",
                "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ".0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319٣-b7ad6b7169203331-01",
                // wrong lengths of parts, the whole of the right length
                "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-001",
                "000-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319cb-7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692033310-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-101",
                // wrong separators
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
                "00 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 01",
                "0000af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                // the version that never will be
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what",
                // a higher version, malformed
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-010",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 what"
            })
    void startsATraceWhereTraceparentIsMalformedAndDropsTracestate(String traceparent) {
        TraceContext context = next("traceparent", traceparent, "tracestate", "foo=1");

        assertThat(context.traceId()).isNotEqualTo(TRACE).hasSize(32);
        assertThat(context.parentSpanId()).isNull();
        assertThat(context.traceState()).isEmpty();
        assertThat(tracer.malformed()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource
    void carriesTracestateOn(String tracestate, String carried) {
        TraceContext context = next("traceparent", TRACEPARENT, "tracestate", tracestate);

        assertThat(context.traceState()).isEqualTo(carried);
        assertThat(tracer.malformed()).isZero();
    }

    static Stream<Arguments> carriesTracestateOn() {
        return Stream.of(
                same("foo=1"),
                same("foo=1,bar=2"),
                same("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"),
                same("f=1"),
                same("a0_-*/=1"),
                same("foo@bar=1"),
                same("0foo@bar=1"),
                same("foo@b_-*/1=1"),
                same("a-b/c*d_e@f0=1"),
                same("foo=!\"#$%&'()*+-./0:;<>?@[\\]^_`{|}~"),
                same("foo=a b"),
                same("foo= 1"),
                // a key that comes twice is the vendors' to settle
                same("foo=1,foo=1"),
                same("foo=1,bar=2,foo=3"),
                // blanks between members, and empty members
                Arguments.of("foo=1 , bar=2", "foo=1,bar=2"),
                Arguments.of("foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3"),
                Arguments.of("\tfoo=1", "foo=1"),
                Arguments.of("foo=1  ", "foo=1"),
                Arguments.of("foo=1,", "foo=1"),
                Arguments.of(",foo=1", "foo=1"),
                Arguments.of("foo=1,,bar=2", "foo=1,bar=2"),
                Arguments.of("foo=1, \t ,bar=2", "foo=1,bar=2"),
                Arguments.of(",,,", ""),
                // the longest of each
                same("z".repeat(256) + "=1"),
                same("t".repeat(241) + "@" + "v".repeat(14) + "=1"),
                same("foo=" + "v".repeat(256)),
                same(MEMBER_32),
                Arguments.of(",".repeat(40) + MEMBER_32, MEMBER_32),
                // 512 characters, and whole members from the right where there are more
                same("a=" + "v".repeat(253) + ",b=" + "w".repeat(254)),
                Arguments.of("a=" + "v".repeat(253) + ",b=" + "w".repeat(255), "a=" + "v".repeat(253)),
                Arguments.of(
                        "a=" + "v".repeat(250) + ",b=" + "w".repeat(256) + ",c=1",
                        "a=" + "v".repeat(250) + ",b=" + "w".repeat(256)),
                // nothing after the first that does not fit, or the order would be another
                Arguments.of("a=" + "v".repeat(256) + ",b=" + "w".repeat(256) + ",c=1", "a=" + "v".repeat(256)),
                Arguments.of("k".repeat(256) + "=" + "v".repeat(256), ""));
    }

    @ParameterizedTest
    @MethodSource
    void dropsAnIllegalTracestateWholeAndKeepsTheTrace(String tracestate) {
        TraceContext context = next("traceparent", TRACEPARENT, "tracestate", tracestate);

        assertThat(context.traceState()).isEmpty();
        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(context.parentSpanId()).isEqualTo(SPAN);
        assertThat(tracer.malformed()).isEqualTo(1);
    }

    static Stream<String> dropsAnIllegalTracestateWholeAndKeepsTheTrace() {
        return Stream.of(
                "foo",
                "foo=",
                "=1",
                "=",
                "foo=1,bar",
                "foo=1,bar=",
                "foo=1,=2",
                "foo =1",
                "foo\t=1",
                "FOO=1",
                "fOo=1",
                "foo.bar=1",
                "foo+bar=1",
                "föö=1",
                "0foo=1",
                "_foo=1",
                "-foo=1",
                "foo@=1",
                "@foo=1",
                "foo@@bar=1",
                "foo@bar@baz=1",
                "foo@0bar=1",
                "foo@Bar=1",
                "_foo@bar=1",
                "foo=bar=baz",
                "foo==1",
                "foo=1,bar=2=3",
                "foo=\u00fc",
                "foo=a\tb",
                "foo=a\u007fb",
                "foo=a\nb",
                "foo=1;bar=2=3",
                "z".repeat(257) + "=1",
                "t".repeat(242) + "@v=1",
                "t@" + "v".repeat(15) + "=1",
                "foo=" + "v".repeat(257),
                numbered(33),
                // even where what is illegal would not have fitted
                "a=" + "v".repeat(256) + ",b=" + "w".repeat(256) + ",C=1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331                      | 0af7651916cd43dd8448eb211c80319c | b7ad6b7169203331 | true
            b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0                    | 0af7651916cd43dd8448eb211c80319c | b7ad6b7169203331 | false
            b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1                    | 0af7651916cd43dd8448eb211c80319c | b7ad6b7169203331 | true
            b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-d                    | 0af7651916cd43dd8448eb211c80319c | b7ad6b7169203331 | true
            b3 | 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0-05e3ac9a4f6e3b90   | 0af7651916cd43dd8448eb211c80319c | b7ad6b7169203331 | false
            b3 | 8448eb211c80319c-b7ad6b7169203331-1                                    | 00000000000000008448eb211c80319c | b7ad6b7169203331 | true
            ce_traceparent | 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00    | 0af7651916cd43dd8448eb211c80319c | b7ad6b7169203331 | false
            trace_id | 0af7651916cd43dd8448eb211c80319c                                 | 0af7651916cd43dd8448eb211c80319c | -                | true
            trace_id | 0AF7651916CD43DD8448EB211C80319C                                 | 0af7651916cd43dd8448eb211c80319c | -                | true
            trace_id | 0af76519-16cd-43dd-8448-eb211c80319c                             | 0af7651916cd43dd8448eb211c80319c | -                | true
            trace_id | 0AF76519-16CD-43DD-8448-EB211C80319C                             | 0af7651916cd43dd8448eb211c80319c | -                | true
            trace_id | 8448eb211c80319c                                                 | 00000000000000008448eb211c80319c | -                | true
            trace_id | 8448EB211C80319C                                                 | 00000000000000008448eb211c80319c | -                | true
            # echo -n order-4711 | sha256sum | cut -c1-32
            trace_id | order-4711                                                       | 173d0ddbff034193face7ce60d3f58b4 | -                | true
            """)
    void continuesFromOtherHeadersWhereTraceparentIsAbsent(
            String name, String value, String traceId, String parentSpanId, boolean sampled) {
        TraceContext context = next(name, value);

        assertThat(context.traceId()).isEqualTo(traceId);
        assertThat(context.parentSpanId()).isEqualTo(parentSpanId);
        assertThat(context.sampled()).isEqualTo(sampled);
        assertThat(tracer.malformed()).isZero();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            b3, 0
            b3, ''
            b3, 0af7651916cd43dd8448eb211c80319c
            b3, 0af7651916cd43dd8448eb211c80319c-
            b3, 0af7651916cd43dd8448eb211c80319c-b7ad6b716920333
            b3, 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-
            b3, 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-2
            b3, 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-11
            b3, 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1-
            b3, 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1-05e3ac9a4f6e3b9
            b3, 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1-05e3ac9a4f6e3b90-1
            b3, 0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-1
            b3, 0000000000000000-b7ad6b7169203331-1
            b3, 0af7651916cd43dd8448eb211c80319c-0000000000000000-1
            ce_traceparent, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331
            ce_traceparent, ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
            trace_id, ''
            trace_id, 00000000000000000000000000000000
            trace_id, 00000000-0000-0000-0000-000000000000
            trace_id, 0000000000000000
            """)
    void startsATraceWhereAnotherHeaderIsMalformed(String name, String value) {
        TraceContext context = next(name, value);

        assertThat(context.traceId()).matches("[0-9a-f]{12}7[0-9a-f]{19}");
        assertThat(context.parentSpanId()).isNull();
        assertThat(tracer.malformed()).isEqualTo(1);
    }

    @Test
    void takesTheNextSourceWhereOneIsMalformed() {
        TraceContext context =
                next("traceparent", "00-upper", "b3", "no", "ce_traceparent", TRACEPARENT, "trace_id", OTHER_TRACE);

        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(tracer.malformed()).isEqualTo(2);
    }

    @Test
    void readsTheLastOfRepeatedHeaders() {
        TraceContext context = next("traceparent", TRACEPARENT.replace(TRACE, OTHER_TRACE), "traceparent", TRACEPARENT);

        assertThat(context.traceId()).isEqualTo(TRACE);
    }

    @Test
    void letsTraceparentWinOverAnotherTraceIdAndCountsTheConflict() {
        TraceContext context = next("traceparent", TRACEPARENT, "trace_id", OTHER_TRACE);

        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(tracer.conflicts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {TRACE, "0af76519-16cd-43dd-8448-eb211c80319c", "0AF7651916CD43DD8448EB211C80319C"})
    void seesNoConflictInAnotherFormOfTheSameTraceId(String traceId) {
        next("traceparent", TRACEPARENT, "trace_id", traceId);

        assertThat(tracer.conflicts()).isZero();
    }

    @Test
    void startsATraceWithoutHeaders() {
        TraceContext context = next();

        assertThat(context.traceId()).matches("[0-9a-f]{12}7[0-9a-f]{19}");
        assertThat(context.parentSpanId()).isNull();
        assertThat(tracer.malformed()).isZero();
    }

    @Test
    void samplesByTheRatioOnlyWhereNobodyDecidedBefore() {
        Tracer none = new Tracer(Ids.system(), new Sampler(0));

        assertThat(none.next(headers("traceparent", TRACEPARENT)).sampled()).isTrue();
        assertThat(none.next(headers("trace_id", TRACE)).sampled()).isFalse();
        assertThat(none.next(headers()).sampled()).isFalse();
    }

    @Test
    void takesTheSpanIdItIsGiven() {
        TraceContext context = tracer.next(headers("traceparent", TRACEPARENT), "00f067aa0ba902b7");

        assertThat(context.traceParent()).isEqualTo("00-" + TRACE + "-00f067aa0ba902b7-01");
        assertThat(context.parentSpanId()).isEqualTo(SPAN);
    }

    @Property
    void neverFailsAndAlwaysWritesWhatItReads(
            @ForAll String traceparent, @ForAll String tracestate, @ForAll String b3, @ForAll String traceId) {
        TraceContext context =
                next("traceparent", traceparent, "tracestate", tracestate, "b3", b3, "trace_id", traceId);

        TraceContext following = tracer.next(headers("traceparent", context.traceParent()));

        assertThat(following.traceId()).isEqualTo(context.traceId());
        assertThat(following.parentSpanId()).isEqualTo(context.spanId());
        assertThat(following.sampled()).isEqualTo(context.sampled());
    }

    @Test
    void continuesATraceOrSaysThatThereIsNone() {
        MessageHeaders traced =
                new KafkaMessageHeaders(new RecordHeaders().add("traceparent", TRACEPARENT.getBytes(UTF_8)));
        MessageHeaders unreadable =
                new KafkaMessageHeaders(new RecordHeaders().add("traceparent", "00-0".getBytes(UTF_8)));

        assertThat(tracer.continued(traced)).extracting(TraceContext::traceId).isEqualTo(TRACE);
        assertThat(tracer.continued(unreadable)).isNull();
    }

    private TraceContext next(String... namesAndValues) {
        return tracer.next(headers(namesAndValues));
    }

    private static MessageHeaders headers(String... namesAndValues) {
        RecordHeaders headers = new RecordHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(UTF_8));
        }
        return new KafkaMessageHeaders(headers);
    }

    private static Arguments same(String tracestate) {
        return Arguments.of(tracestate, tracestate);
    }

    private static String numbered(int members) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= members; i++) {
            text.append(i == 1 ? "" : ",").append("bar").append(i).append("=").append(i);
        }
        return text.toString();
    }
}
