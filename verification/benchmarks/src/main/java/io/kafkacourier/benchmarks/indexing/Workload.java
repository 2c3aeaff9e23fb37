/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The work of every contender: the same events, the same index, the same bulk size and the same number of requests in
 * flight.
 *
 * @param server URL of Elasticsearch
 * @param time timestamp of every event
 */
record Workload(URI server, Instant time) {

    /** One event; never compared for equality. */
    @SuppressWarnings("ArrayRecordComponent")
    record Event(String id, byte[] json) {}

    static final int EVENTS = 200_000;
    static final int BULK_EVENTS = 5_000;
    static final int BULK_BYTES = 4 * 1024 * 1024;
    static final int IN_FLIGHT = 4;
    static final String PREFIX = "benchmark";

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(UTC);

    /** The index of the day. */
    String index() {
        return PREFIX + "-" + DAY.format(time);
    }

    /** Trace events of about 640 bytes, in the format of the bundle. */
    List<Event> events() {
        return IntStream.range(0, EVENTS).mapToObj(this::event).toList();
    }

    private Event event(int number) {
        String id = String.format("%032x", number * 0x9E3779B97F4A7C15L);
        String json = """
                {"schema":1,"event_id":"%s","event":"deliver","@timestamp":"%s","trace_id":"%s","span_id":"%s",\
                "parent_span_id":"00f067aa0ba902b7","message_id":"018f9f2e-7d5b-7c3a-9d2e-%012d","sampled":true,\
                "topic":"orders.confirmed","partition":%d,"offset":%d,"origin_topic":"orders.incoming",\
                "origin_partition":%d,"origin_offset":%d,"record_ts":"%s","due_at":"%s","lateness_ms":%d,\
                "queue_delay_ms":%d,"e2e_ms":%d,"connector":"delay-orders","task":0,"node":"delay-orders",\
                "service":"shop","key_hash":"a1b2c3d4e5f60718","value_size":1024,"status":"ok"}""".formatted(
                        id,
                        time,
                        id,
                        id.substring(16),
                        number,
                        number % 6,
                        number,
                        number % 6,
                        number,
                        time,
                        time,
                        number % 50,
                        number % 900,
                        number % 3_000);
        return new Event(id, json.getBytes(UTF_8));
    }
}
