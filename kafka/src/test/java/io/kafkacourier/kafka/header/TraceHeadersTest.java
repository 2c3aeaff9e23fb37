/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.trace.HeaderPolicy;
import io.kafkacourier.core.trace.Hops;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Sampler;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceHeaders;
import io.kafkacourier.core.trace.Tracer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeadersTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String MESSAGE_ID = "0190163d-8694-739b-aea5-966c26f8ad90";

    private final RecordHeaders wire = new RecordHeaders();
    private final MessageHeaders headers = new KafkaMessageHeaders(wire);

    @Test
    void writesEveryHeader() {
        new TraceHeaders(context("foo=1"), MESSAGE_ID, "v1,1;k,n,1").writeTo(headers);

        assertThat(wire.toArray())
                .extracting(header -> header.key() + ": " + new String(header.value(), UTF_8))
                .containsExactlyInAnyOrder(
                        "traceparent: 00-" + TRACE + "-" + SPAN + "-01",
                        "trace_id: " + TRACE,
                        "tracestate: foo=1",
                        "message_id: " + MESSAGE_ID,
                        "trace_hops: v1,1;k,n,1");
    }

    @Test
    void replacesEarlierHeaders() {
        for (String name : new String[] {"traceparent", "trace_id", "tracestate", "message_id", "trace_hops"}) {
            wire.add(name, "a".getBytes(UTF_8)).add(name, "b".getBytes(UTF_8));
        }

        new TraceHeaders(context("foo=1"), MESSAGE_ID, "v1,1;k,n,1").writeTo(headers);

        assertThat(wire.toArray()).hasSize(6);
        assertThat(wire.headers("trace_id"))
                .extracting(header -> new String(header.value(), UTF_8))
                .as("the application's own headers")
                .containsExactly("a", "b");
    }

    @Test
    void removesATracestateThatIsNotPassedOn() {
        headers.put("tracestate", "FOO");

        new TraceHeaders(context(""), null, null).writeTo(headers);

        assertThat(headers.text("tracestate")).isNull();
    }

    @Test
    void leavesMessageIdAndHopsAsTheyAreIfItHasNone() {
        headers.put("message_id", "order-1");
        headers.put("trace_hops", "v1,1;p,a,1");

        new TraceHeaders(context(""), null, null).writeTo(headers);

        assertThat(headers.text("message_id")).isEqualTo("order-1");
        assertThat(headers.text("trace_hops")).isEqualTo("v1,1;p,a,1");
    }

    @Test
    void dropsTheHopsFirst() {
        headers.put("trace_hops", "v1,1;p,a,1");

        new TraceHeaders(context("s".repeat(512)), MESSAGE_ID, "h".repeat(400)).writeTo(headers);

        assertThat(headers.text("trace_hops")).isNull();
        assertThat(headers.text("tracestate")).hasSize(512);
    }

    @Test
    void dropsForeignHopsTooIfTheyDoNotFit() {
        headers.put("trace_hops", "h".repeat(400));

        new TraceHeaders(context("s".repeat(512)), null, null).writeTo(headers);

        assertThat(headers.text("trace_hops")).isNull();
        assertThat(headers.text("tracestate")).hasSize(512);
    }

    @Test
    void dropsTracestateSecondAndNeverTheRest() {
        new TraceHeaders(context("s".repeat(512)), "m".repeat(500), "v1,1;k,n,1").writeTo(headers);

        assertThat(headers.text("tracestate")).isNull();
        assertThat(headers.text("trace_hops")).isNull();
        assertThat(headers.text("traceparent")).hasSize(55);
        assertThat(headers.text("trace_id")).isEqualTo(TRACE);
        assertThat(headers.text("message_id")).hasSize(500);
    }

    @Test
    void keepsHeadersThatFitToTheByte() {
        // 66 for traceparent, 40 for trace_id, 10 for the name trace_hops; the rest is the text of the hops
        int most = 1024 - 66 - 40 - 10;

        new TraceHeaders(context(""), null, "h".repeat(most)).writeTo(headers);
        assertThat(headers.text("trace_hops")).hasSize(most);
        assertThat(bytes()).isEqualTo(1024);

        new TraceHeaders(context(""), null, "h".repeat(most + 1)).writeTo(headers);
        assertThat(headers.text("trace_hops")).isNull();
    }

    @Test
    void countsAnApplicationsOwnIdsAsIfTheyWereOurs() {
        headers.put("message_id", "m".repeat(2_000));
        headers.put("trace_id", "t".repeat(2_000));

        new TraceHeaders(context("foo=1"), null, "v1,1;k,n,1").writeTo(headers);

        assertThat(headers.text("tracestate")).isEqualTo("foo=1");
        assertThat(headers.text("trace_hops")).isEqualTo("v1,1;k,n,1");
        assertThat(headers.text("message_id")).hasSize(2_000);
        assertThat(headers.text("trace_id")).hasSize(2_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4711", "00000000000000000000000000000000", "bad text"})
    void neverChangesAnExistingTraceId(String text) {
        wire.add("trace_id", text.getBytes(UTF_8));

        new TraceHeaders(context(""), null, null).writeTo(headers);

        assertThat(wire.headers("trace_id"))
                .extracting(header -> new String(header.value(), UTF_8))
                .containsExactly(text);
    }

    @Test
    void writesTheTraceIdUnderAnotherNameOrNotAtAll() {
        new TraceHeaders(context(""), null, null).writeTo(headers, HeaderPolicy.of("continue", "correlation"), true);
        assertThat(headers.text("correlation")).isEqualTo(TRACE);
        assertThat(headers.text("trace_id")).isNull();

        RecordHeaders none = new RecordHeaders();
        new TraceHeaders(context(""), null, null)
                .writeTo(new KafkaMessageHeaders(none), HeaderPolicy.of("continue", ""), true);
        assertThat(none.toArray()).extracting(Header::key).containsExactly("traceparent");
    }

    @Test
    void passesOnTheIncomingSpanIfNoEventHasItsOwn() {
        String given = "00-" + TRACE + "-00f067aa0ba902b7-03";
        headers.put("traceparent", given);
        TraceContext context = new Tracer(Ids.system(), new Sampler(1)).next(headers);

        new TraceHeaders(context, null, null).writeTo(headers, HeaderPolicy.DEFAULT, false);

        assertThat(headers.text("traceparent")).isEqualTo(given);
    }

    @Test
    void passesOnTheSpanOfB3IfNoEventHasItsOwn() {
        headers.put("b3", TRACE + "-" + SPAN + "-1");
        TraceContext context = new Tracer(Ids.system(), new Sampler(1)).next(headers);

        new TraceHeaders(context, null, null).writeTo(headers, HeaderPolicy.DEFAULT, false);

        assertThat(headers.text("traceparent")).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
    }

    @Test
    void keepsATraceparentThatCanBeReadAndItsTracestate() {
        String given = "cc-" + TRACE + "-" + SPAN + "-ff-more";
        headers.put("traceparent", given);
        headers.put("tracestate", "foo=1 , bar=2");
        TraceContext context = new Tracer(Ids.system(), new Sampler(1)).next(headers);

        new TraceHeaders(context, MESSAGE_ID, "v1,1;k,n,1").writeTo(headers, HeaderPolicy.of("keep", "trace_id"), true);

        assertThat(headers.text("traceparent")).isEqualTo(given);
        assertThat(headers.text("tracestate")).isEqualTo("foo=1 , bar=2");
        assertThat(headers.text("trace_id")).isEqualTo(TRACE);
        assertThat(headers.text("message_id")).isEqualTo(MESSAGE_ID);
        assertThat(headers.text("trace_hops")).isEqualTo("v1,1;k,n,1");
    }

    @Test
    void writesATraceparentIfThereIsNoneToKeep() {
        headers.put("traceparent", "00-broken");
        headers.put("tracestate", "foo=1");
        TraceContext context = new Tracer(Ids.system(), new Sampler(1)).next(headers);

        new TraceHeaders(context, null, null).writeTo(headers, HeaderPolicy.of("keep", "trace_id"), true);

        assertThat(headers.text("traceparent")).isEqualTo(context.traceParent());
        assertThat(headers.text("tracestate")).isNull();
    }

    @Property
    void staysWithinOneKilobyte(
            @ForAll @IntRange(max = 512) int state, @ForAll @IntRange(max = 1200) int hops, @ForAll String node) {
        RecordHeaders written = new RecordHeaders();

        new TraceHeaders(
                        context("s".repeat(state)),
                        MESSAGE_ID,
                        new Hops(Hops.Kind.CONNECT, node).append(null, 1) + "h".repeat(hops))
                .writeTo(new KafkaMessageHeaders(written));

        assertThat(bytes(written)).isLessThanOrEqualTo(TraceHeaders.MAX_BYTES);
        assertThat(written.lastHeader("traceparent")).isNotNull();
    }

    private int bytes() {
        return bytes(wire);
    }

    private static int bytes(RecordHeaders headers) {
        int bytes = 0;
        for (Header header : headers) {
            bytes += header.key().length() + header.value().length;
        }
        return bytes;
    }

    private static TraceContext context(String traceState) {
        return new TraceContext(TRACE, SPAN, null, true, traceState);
    }
}
