/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.header.KafkaMessageHeaders;
import io.kafkacourier.core.header.MessageHeaders;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

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

        assertThat(wire.toArray()).hasSize(5);
    }

    @Test
    void removesATracestateThatDoesNotGoOn() {
        headers.put("tracestate", "FOO");

        new TraceHeaders(context(""), null, null).writeTo(headers);

        assertThat(headers.text("tracestate")).isNull();
    }

    @Test
    void leavesMessageIdAndHopsAsTheyAreWhereItHasNone() {
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
    void dropsTheHopsOfOthersTooWhereTheyDoNotFit() {
        headers.put("trace_hops", "h".repeat(400));

        new TraceHeaders(context("s".repeat(512)), null, null).writeTo(headers);

        assertThat(headers.text("trace_hops")).isNull();
        assertThat(headers.text("tracestate")).hasSize(512);
    }

    @Test
    void thenDropsTracestateAndNeverTheRest() {
        new TraceHeaders(context("s".repeat(512)), "m".repeat(500), "v1,1;k,n,1").writeTo(headers);

        assertThat(headers.text("tracestate")).isNull();
        assertThat(headers.text("trace_hops")).isNull();
        assertThat(headers.text("traceparent")).hasSize(55);
        assertThat(headers.text("trace_id")).isEqualTo(TRACE);
        assertThat(headers.text("message_id")).hasSize(500);
    }

    @Test
    void keepsWhatFitsToTheByte() {
        // 66 traceparent, 40 trace_id, 10 and the hops' text
        int most = 1024 - 66 - 40 - 10;

        new TraceHeaders(context(""), null, "h".repeat(most)).writeTo(headers);
        assertThat(headers.text("trace_hops")).hasSize(most);
        assertThat(bytes()).isEqualTo(1024);

        new TraceHeaders(context(""), null, "h".repeat(most + 1)).writeTo(headers);
        assertThat(headers.text("trace_hops")).isNull();
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
