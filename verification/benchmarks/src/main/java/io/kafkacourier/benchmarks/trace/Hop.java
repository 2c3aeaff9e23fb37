/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.benchmarks.measure.Contender;
import io.kafkacourier.transforms.StampTrace;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * The contenders: a record, and whether it is stamped or only copied. The copy includes the headers, as in every
 * transformation that changes headers. Public for the code that JMH generates.
 */
public enum Hop implements Contender {
    COPY_SOURCE_NEW("copy, source, new", Way.COPY, Side.SOURCE, Trace.NEW),
    STAMP_SOURCE_NEW("StampTrace, source, new", Way.STAMP, Side.SOURCE, Trace.NEW),
    COPY_SOURCE_CONTINUED("copy, source, continued", Way.COPY, Side.SOURCE, Trace.CONTINUED),
    STAMP_SOURCE_CONTINUED("StampTrace, source, continued", Way.STAMP, Side.SOURCE, Trace.CONTINUED),
    COPY_SOURCE_MALFORMED("copy, source, malformed", Way.COPY, Side.SOURCE, Trace.MALFORMED),
    STAMP_SOURCE_MALFORMED("StampTrace, source, malformed", Way.STAMP, Side.SOURCE, Trace.MALFORMED),
    COPY_SINK_NEW("copy, sink, new", Way.COPY, Side.SINK, Trace.NEW),
    STAMP_SINK_NEW("StampTrace, sink, new", Way.STAMP, Side.SINK, Trace.NEW),
    COPY_SINK_CONTINUED("copy, sink, continued", Way.COPY, Side.SINK, Trace.CONTINUED),
    STAMP_SINK_CONTINUED("StampTrace, sink, continued", Way.STAMP, Side.SINK, Trace.CONTINUED),
    COPY_SINK_MALFORMED("copy, sink, malformed", Way.COPY, Side.SINK, Trace.MALFORMED),
    STAMP_SINK_MALFORMED("StampTrace, sink, malformed", Way.STAMP, Side.SINK, Trace.MALFORMED);

    private enum Way {
        COPY,
        STAMP
    }

    /** The kind of record; source records have string headers, sink records have byte headers. */
    private enum Side {
        SOURCE,
        SINK
    }

    /** The trace headers of the record. */
    private enum Trace {
        NEW,
        CONTINUED,
        MALFORMED
    }

    private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE_ID + "-b7ad6b7169203331-01";
    private static final byte[] VALUE = "{\"order_id\":4711}".getBytes(UTF_8);
    private static final long TIMESTAMP = 1_769_860_800_000L;

    private final String title;
    private final Way way;
    private final Side side;
    private final Trace trace;

    Hop(String title, Way way, Side side, Trace trace) {
        this.title = title;
        this.way = way;
        this.side = side;
        this.trace = trace;
    }

    /** The measured call. */
    interface Call {
        ConnectRecord<?> make();
    }

    @Override
    public String title() {
        return title;
    }

    /** Long enough for the JIT compiler to finish on a busy machine; until then more is allocated. */
    @Override
    public int warmUpSeconds() {
        return 6;
    }

    /** The copy with which this hop is compared; a copy is compared with itself. */
    Hop copied() {
        return valueOf("COPY_" + side + "_" + trace);
    }

    /** Whether the record is stamped. */
    boolean stamps() {
        return way == Way.STAMP;
    }

    /**
     * Creates the call to measure and checks its result.
     *
     * @throws IllegalStateException if it continues a trace that it should start anew, or the reverse
     */
    Call call() {
        return side == Side.SOURCE ? call(sourceRecord()) : call(sinkRecord());
    }

    private <R extends ConnectRecord<R>> Call call(R record) {
        if (way == Way.COPY) {
            return () -> copy(record);
        }
        Transformation<R> stamp = new StampTrace<>();
        stamp.configure(Map.of("node", "orders-source"));
        Header traceParent = stamp.apply(record).headers().lastWithName("traceparent");
        boolean continued = text(traceParent).startsWith("00-" + TRACE_ID);
        if (continued != (trace == Trace.CONTINUED)) {
            throw new IllegalStateException(title + " writes " + text(traceParent));
        }
        return () -> stamp.apply(record);
    }

    private static <R extends ConnectRecord<R>> R copy(R record) {
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp(),
                record.headers().duplicate());
    }

    private SourceRecord sourceRecord() {
        return new SourceRecord(
                Map.of("partition", 3),
                Map.of("offset", 4_711L),
                "orders",
                null,
                Schema.STRING_SCHEMA,
                "order-1",
                Schema.BYTES_SCHEMA,
                VALUE,
                TIMESTAMP,
                headers());
    }

    private SinkRecord sinkRecord() {
        return new SinkRecord(
                "orders",
                3,
                Schema.STRING_SCHEMA,
                "order-1",
                Schema.BYTES_SCHEMA,
                VALUE,
                4_711L,
                TIMESTAMP,
                TimestampType.CREATE_TIME,
                headers());
    }

    private Headers headers() {
        Headers headers = new ConnectHeaders();
        add(headers, "tenant_id", "acme");
        add(headers, "content-type", "application/json");
        if (trace != Trace.NEW) {
            add(headers, "traceparent", trace == Trace.MALFORMED ? TRACEPARENT.replace('f', 'F') : TRACEPARENT);
            add(headers, "tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
            add(headers, "message_id", "0190163d-8694-739b-aea5-966c26f8ad90");
            add(headers, "trace_hops", "v1,2;p,shop,1769860800000;k,delay-orders,1769860800001");
        }
        if (trace == Trace.CONTINUED) {
            add(headers, "trace_id", TRACE_ID);
        }
        return headers;
    }

    private void add(Headers headers, String name, String text) {
        switch (side) {
            case SOURCE -> headers.addString(name, text);
            case SINK -> headers.addBytes(name, text.getBytes(UTF_8));
        }
    }

    private static String text(Header header) {
        return header.value() instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(header.value());
    }
}
