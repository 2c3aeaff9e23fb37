/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.rule.Decision.Failed;
import io.kafkacourier.core.rule.Decision.Routed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramedBodyTest {

    private static final String JSON = "{\"type\":\"paid\",\"items\":[{\"sku\":\"ü-1\"}]}";

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 123, 128, 255, 65_536, 0x7b000000})
    void readsJsonAfterASchemaId(int id) {
        byte[] framed = framed(id, JSON.getBytes(UTF_8));

        assertThat(routeByValue(framed)).matches(FramedBodyTest::isPaid);
        assertThat(routeByValue(ByteBuffer.wrap(framed))).matches(FramedBodyTest::isPaid);
        assertThat(routeByValue(
                        ByteBuffer.allocateDirect(framed.length).put(framed).flip()))
                .matches(FramedBodyTest::isPaid);
        assertThat(routeByValue(slice(framed))).matches(FramedBodyTest::isPaid);
        assertThat(routeByValue(new String(framed, UTF_8))).matches(FramedBodyTest::isPaid);
        assertThat(route(GivenRecord.empty().withKey(framed), "key.type == 'paid'", "${key.type}"))
                .matches(FramedBodyTest::isPaid);
        assertThat(route(
                        GivenRecord.empty().withValue(framed(id, "[{\"t\":\"paid\"}]".getBytes(UTF_8))),
                        "value[0].t exists",
                        "${value[0].t}"))
                .matches(FramedBodyTest::isPaid);
    }

    @Test
    void readsFramedAndPlainBodiesInTurn() {
        Router router = router("value.type == 'paid'", "${value.type}");

        for (int i = 0; i < 3; i++) {
            assertThat(router.route(GivenRecord.json(JSON))).matches(FramedBodyTest::isPaid);
            assertThat(router.route(GivenRecord.empty().withValue(framed(i, JSON.getBytes(UTF_8)))))
                    .matches(FramedBodyTest::isPaid);
        }
    }

    @Test
    void reportsAnEncodedBodyThatCannotBeReadDirectly() throws IOException {
        byte[] avro = "\u0008paid\u0002".getBytes(ISO_8859_1);

        assertThat(routeByValue(framed(7, avro))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(routeByValue(ByteBuffer.wrap(framed(7, avro)))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(routeByValue(slice(framed(7, avro)))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(routeByValue(new String(framed(7, avro), UTF_8))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(routeByValue(framed(7, new byte[0]))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(routeByValue(framed(7, new byte[] {0, 10, 4}))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(routeByValue(framed(7, "\"paid\"".getBytes(UTF_8)))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(routeByValue(gzip(JSON))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(routeByValue(framed(7, gzip(JSON)))).isEqualTo(failed(Reason.BODY_FRAMED));
        assertThat(route(GivenRecord.empty().withKey(framed(7, avro)), "key.type == 'paid'", "t"))
                .isEqualTo(failed(Reason.BODY_FRAMED));
    }

    @Test
    void reportsThatBrokenJsonAfterASchemaIdIsNotJson() {
        assertThat(routeByValue(framed(7, "{\"type\":".getBytes(UTF_8)))).isEqualTo(failed(Reason.BODY_NOT_JSON));
        assertThat(routeByValue(new byte[] {0, 1, 2})).isEqualTo(failed(Reason.BODY_NOT_JSON));
        assertThat(routeByValue(new byte[] {1, 0, 0, 0, 7, '{', '}'})).isEqualTo(failed(Reason.BODY_NOT_JSON));
        assertThat(routeByValue(framed(7, "[".repeat(1_001).getBytes(UTF_8)))).isEqualTo(failed(Reason.TOO_DEEP));
    }

    private static boolean isPaid(Decision decision) {
        return decision instanceof Routed routed && routed.topic().equals("paid");
    }

    private static Failed failed(Reason reason) {
        return new Failed(reason, "r");
    }

    private static Decision routeByValue(@Nullable Object value) {
        return route(GivenRecord.empty().withValue(value), "value.type == 'paid'", "${value.type}");
    }

    private static Decision route(RecordView record, String when, String to) {
        return router(when, to).route(record);
    }

    private static Router router(String when, String to) {
        Map<String, String> properties = new HashMap<>();
        properties.put("rules", "r");
        properties.put("rules.r.when", when);
        properties.put("rules.r.to", to);
        properties.put("topics.allow", ".*");
        return new RouterConfig(properties).router();
    }

    private static ByteBuffer slice(byte[] bytes) {
        ByteBuffer around = ByteBuffer.allocate(bytes.length + 8);
        around.position(4);
        around.put(bytes);
        return around.flip().position(4).slice();
    }

    private static byte[] framed(int id, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return out.toByteArray();
    }
}
