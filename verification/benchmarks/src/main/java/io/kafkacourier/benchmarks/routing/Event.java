/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.routing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * One event in the record formats that a transformation can get, with the same key and the same content in each.
 *
 * @param tenant a header: {@code tenant_id} as text, {@code tenant_bytes} as bytes
 * @param type the second field of the value
 * @param region the last field of the value
 */
record Event(String topic, String key, String tenant, String type, String region) {

    private static final String JSON = """
            {"id":"5f0c6c1e-8d0b-4c7e-9a55-2f6d1b7e4c10","type":"%s","time":"2026-01-31T12:00:00.000Z",\
            "source":"https://shop.example/checkout","customer":{"id":"c-204817","name":"Zoë Müller",\
            "email":"zoe.mueller@shop.example","vip":true,"since":"2019-04-02","segments":["returning","newsletter"]},\
            "items":[{"sku":"AX-1001","title":"Espresso cup, \\"classic\\"","quantity":4,"price":7.95},\
            {"sku":"BK-2207","title":"Coffee beans 1 kg","quantity":2,"price":18.50},\
            {"sku":"TR-0042","title":"Milk jug","quantity":1,"price":24.00}],\
            "shipping":{"carrier":"parcel","address":{"street":"Lindenallee 12","city":"Köln","zip":"50668",\
            "country":"DE"},"express":false,"eta":null},\
            "payment":{"method":"card","currency":"EUR","total":92.80,"discount":0.0,"reference":"pay_8Qz71LmXw0"},\
            "channel":"web","attempt":1,"notes":"Please ring twice; leave it with a neighbour.","region":"%s"}""";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The value as JSON. */
    byte[] json() {
        return JSON.formatted(type, region).getBytes(UTF_8);
    }

    /** A record with the value as JSON, as a ByteArrayConverter returns it, and without headers. */
    SourceRecord withJson() {
        return with(Schema.OPTIONAL_BYTES_SCHEMA, json());
    }

    /** The record of {@link #withJson} with four headers, which a new record copies. */
    SourceRecord withHeaders() {
        SourceRecord event = withJson();
        event.headers()
                .addString("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .addString("tenant_id", tenant)
                .addBytes("tenant_bytes", tenant.getBytes(UTF_8))
                .addString("content-type", "application/json");
        return event;
    }

    /** A record with the value as maps and lists, as a JsonConverter without schemas returns it. */
    SourceRecord withMap() {
        return with(null, map());
    }

    /** A record with the value as a Struct, as a converter with schemas returns it. */
    SourceRecord withStruct() {
        Struct struct = Structs.of(map());
        return with(struct.schema(), struct);
    }

    private Map<?, ?> map() {
        try {
            return MAPPER.readValue(json(), Map.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SourceRecord with(@Nullable Schema schema, Object value) {
        return new SourceRecord(
                Map.of("partition", 3),
                Map.of("offset", 4_711L),
                topic,
                null,
                Schema.STRING_SCHEMA,
                key,
                schema,
                value,
                1_769_860_800_000L);
    }
}
