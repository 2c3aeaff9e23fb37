/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.header.ListedHeaders;
import io.kafkacourier.core.header.MessageHeaders;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Tests that are not in the table of {@code TraceContextTableTest}. */
class TracerTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + SPAN + "-01";

    private final Tracer tracer = new Tracer(Ids.system(), new Sampler(1));

    @Test
    void startsTracesWithIdsThatBeginWithTheTime() {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(0x0190_1234_5678L), ZoneOffset.UTC);
        Tracer fixed = new Tracer(new Ids(clock, new Random(1)::nextLong), new Sampler(1));

        assertThat(fixed.next(headers()).traceId()).matches("0190123456787[0-9a-f]{3}[89ab][0-9a-f]{15}");
    }

    @Test
    void samplesByTheRatioOnlyIfThereIsNoDecisionYet() {
        Tracer none = new Tracer(Ids.system(), new Sampler(0));

        assertThat(none.next(headers("traceparent", TRACEPARENT)).sampled()).isTrue();
        assertThat(none.next(headers("b3", TRACE + "-" + SPAN + "-1")).sampled())
                .isTrue();
        assertThat(none.next(headers("b3", TRACE + "-" + SPAN)).sampled()).isFalse();
        assertThat(none.next(headers("trace_id", TRACE)).sampled()).isFalse();
        assertThat(none.next(headers()).sampled()).isFalse();
    }

    @Test
    void samplesByTheLastSevenBytesOfAForeignTraceId() {
        Tracer half = new Tracer(Ids.system(), new Sampler(0.5));

        assertThat(half.next(headers("trace_id", "0".repeat(17) + "180000000000000"))
                        .sampled())
                .isTrue();
        assertThat(half.next(headers("trace_id", "f".repeat(17) + "f7fffffffffffff"))
                        .sampled())
                .isFalse();
    }

    @Test
    void knowsWhetherATraceIsUnsampledWithoutReadingAllHeaders() {
        String unsampled = TRACEPARENT.replaceAll("01$", "00");

        assertThat(Tracer.isUnsampled(headers("traceparent", unsampled))).isTrue();
        assertThat(Tracer.isUnsampled(headers("traceparent", TRACEPARENT))).isFalse();
        assertThat(Tracer.isUnsampled(headers("traceparent", unsampled.replace('a', 'A'))))
                .as("malformed, so other headers decide")
                .isFalse();
        assertThat(Tracer.isUnsampled(headers("traceparent", TRACEPARENT.replaceAll("01$", "02"))))
                .isTrue();
        assertThat(Tracer.isUnsampled(headers("traceparent", TRACEPARENT.replaceAll("01$", "03"))))
                .isFalse();
        assertThat(Tracer.isUnsampled(headers("trace_id", TRACE))).isFalse();
    }

    @Test
    void usesTheGivenSpanId() {
        TraceContext context =
                tracer.next(headers("traceparent", TRACEPARENT), "00f067aa0ba902b7", () -> "not asked for");

        assertThat(context.traceParent()).isEqualTo("00-" + TRACE + "-00f067aa0ba902b7-01");
        assertThat(context.parentSpanId()).isEqualTo(SPAN);
    }

    @Test
    void beginsTheTraceThatItIsGiven() {
        TraceContext started = tracer.next(headers("traceparent", "00-0"), "00f067aa0ba902b7", () -> TRACE);
        TraceContext again = tracer.next(headers("b3", "1"), "00f067aa0ba902b7", () -> TRACE);

        assertThat(started.traceParent()).isEqualTo("00-" + TRACE + "-00f067aa0ba902b7-01");
        assertThat(started.parentSpanId()).isNull();
        assertThat(again.traceParent()).isEqualTo(started.traceParent());
    }

    @Test
    void readsTheTraceIdFromAnotherHeaderOrFromNone() {
        Tracer other = new Tracer(Ids.system(), new Sampler(1), "correlation");
        Tracer none = new Tracer(Ids.system(), new Sampler(1), "");

        assertThat(other.next(headers("correlation", TRACE, "trace_id", "4711")).traceId())
                .isEqualTo(TRACE);
        assertThat(other.next(headers("correlation", "4711")).traceName()).isEqualTo("4711");
        assertThat(none.continued(headers("trace_id", TRACE))).isNull();
        assertThat(none.next(headers("trace_id", "4711")).traceName()).isNull();
        assertThat(none.malformed() + none.conflicts()).isZero();
    }

    @Test
    void continuesNoTraceForASamplingDecisionAlone() {
        assertThat(tracer.continued(headers("b3", "0"))).isNull();
        assertThat(tracer.continued(headers("X-B3-Sampled", "1"))).isNull();
        assertThat(tracer.malformed()).isZero();
    }

    @Test
    void shortensAVeryLongNameLikeAKeyword() {
        assertThat(tracer.next(headers("trace_id", "n".repeat(5_000))).traceName())
                .hasSize(TraceEvent.KEYWORD_MAX);
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
    void continuesATraceOrReturnsNull() {
        MessageHeaders traced = ListedHeaders.of("traceparent", TRACEPARENT);
        MessageHeaders unreadable = ListedHeaders.of("traceparent", "00-0");

        assertThat(tracer.continued(traced)).extracting(TraceContext::traceId).isEqualTo(TRACE);
        assertThat(tracer.continued(unreadable)).isNull();
    }

    private TraceContext next(String... namesAndValues) {
        return tracer.next(headers(namesAndValues));
    }

    private static MessageHeaders headers(String... namesAndValues) {
        return ListedHeaders.of(namesAndValues);
    }
}
