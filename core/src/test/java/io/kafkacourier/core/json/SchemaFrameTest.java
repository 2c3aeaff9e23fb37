/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaFrameTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 123, 127, 128, 255, 256, 0x5b7b, 0x7b7b7b7b, 100_000, Integer.MAX_VALUE, -1})
    void findsJsonAfterEverySchemaId(int id) {
        assertThat(SchemaFrame.jsonStart(framed(id, "{\"a\":1}"))).isEqualTo(5);
        assertThat(SchemaFrame.jsonStart(framed(id, "[1]"))).isEqualTo(5);
        assertThat(SchemaFrame.isEncoded(framed(id, "x"), 0, 6)).isTrue();
    }

    @Test
    void findsJsonInTheMiddleOfAnArray() {
        byte[] framed = framed(7, "{}");
        byte[] around = new byte[framed.length + 6];
        Arrays.fill(around, (byte) '{');
        System.arraycopy(framed, 0, around, 3, framed.length);

        assertThat(SchemaFrame.jsonStart(around, 3, 3 + framed.length)).isEqualTo(8);
        assertThat(SchemaFrame.jsonStart(around, 3, 8)).isEqualTo(3);
        assertThat(SchemaFrame.isEncoded(around, 3, 8)).isTrue();
        assertThat(SchemaFrame.isEncoded(around, 3, 7)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\":1}", "[1]", "true", "0", "\0", "\0\0\0\0", "\0\0\0\0\0", "\0\0\0\0\7a{"})
    void beginsAtTheStartIfNoJsonFollowsAFrame(String body) {
        assertThat(SchemaFrame.jsonStart(body.getBytes(UTF_8))).isZero();
        assertThat(SchemaFrame.jsonStart(body)).isZero();
    }

    @Test
    void findsJsonInTextThatWasDecodedFromAFramedBody() {
        for (int id : new int[] {0, 7, 123, 127, 128, 200, 255, 256, 0xc3a9, 0xe282ac, 0xf09f9880, -1}) {
            String text = new String(framed(id, "{\"a\":1}"), UTF_8);

            assertThat(text.substring(SchemaFrame.jsonStart(text)))
                    .as("id %d", id)
                    .isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void distinguishesGzipAndFramesFromOtherBodies() {
        assertThat(isEncoded(0x1f, 0x8b)).isTrue();
        assertThat(isEncoded(0x1f, 0x8b, 8, 0)).isTrue();
        assertThat(isEncoded(0, 0, 0, 0, 1, 0x1f, 0x8b)).isTrue();
        assertThat(isEncoded(0x1f)).isFalse();
        assertThat(isEncoded(0x1f, 0x8c)).isFalse();
        assertThat(isEncoded()).isFalse();
        assertThat(isEncoded('{', 0x1f, 0x8b)).isFalse();
    }

    @Test
    void acceptsAnyBytes() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            byte[] body = new byte[random.nextInt(12)];
            random.nextBytes(body);
            int start = SchemaFrame.jsonStart(body);

            assertThat(start == 0 || (start == 5 && body[0] == 0)).isTrue();
            assertThat(SchemaFrame.jsonStart(new String(body, UTF_8))).isBetween(0, 5);
        }
    }

    private static boolean isEncoded(int... bytes) {
        byte[] body = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            body[i] = (byte) bytes[i];
        }
        return SchemaFrame.isEncoded(body, 0, body.length);
    }

    private static byte[] framed(int id, String json) {
        byte[] body = json.getBytes(UTF_8);
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }
}
