/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

/**
 * The frame that serializers with a schema registry put in front of a body: a zero byte and a schema id of four bytes (the
 * wire format of Confluent). The JSON Schema serializer writes plain JSON behind it, which can be read where it is; Avro
 * and Protobuf cannot be read without their schema.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">Wire
 *     format</a>
 */
public final class SchemaFrame {

    /** How many bytes the frame takes: the zero byte and the schema id. */
    public static final int LENGTH = 5;

    private static final char REPLACEMENT = '\uFFFD';

    private SchemaFrame() {}

    /** As {@link #jsonStart(byte[], int, int)}, of a whole array. */
    public static int jsonStart(byte[] body) {
        return jsonStart(body, 0, body.length);
    }

    /**
     * Where to begin to read a body as JSON: behind the frame if a JSON object or array follows it, else at {@code from}.
     * Never throws, whatever the bytes are.
     *
     * @param from where the body begins
     * @param to where the body ends
     */
    public static int jsonStart(byte[] body, int from, int to) {
        int inner = from + LENGTH;
        return inner < to && body[from] == 0 && isContainer(body[inner]) ? inner : from;
    }

    /**
     * As {@link #jsonStart(byte[], int, int)}, of a body that was decoded as UTF-8, in which the bytes of a schema id are
     * one to four characters.
     */
    public static int jsonStart(String body) {
        if (body.isEmpty() || body.charAt(0) != 0) {
            return 0;
        }
        int at = 0;
        int bytes = 0;
        while (bytes < LENGTH && at < body.length()) {
            bytes += utf8Length(body.charAt(at));
            at++;
        }
        return bytes == LENGTH && at < body.length() && isContainer(body.charAt(at)) ? at : 0;
    }

    /**
     * Whether a body that is not JSON is a frame, with whatever follows it, or compressed with gzip: it could be read, but
     * not without decoding it first.
     */
    static boolean isEncoded(byte[] body, int from, int to) {
        return isFramed(body, from, to) || isGzip(body, from, to);
    }

    private static boolean isFramed(byte[] body, int from, int to) {
        return to - from >= LENGTH && body[from] == 0;
    }

    private static boolean isGzip(byte[] body, int from, int to) {
        return to - from >= 2 && body[from] == 0x1f && body[from + 1] == (byte) 0x8b;
    }

    private static boolean isContainer(int character) {
        return character == '{' || character == '[';
    }

    /** Half a surrogate pair counts as two; what stands for a byte that is not UTF-8 counts as that byte. */
    private static int utf8Length(char c) {
        if (c < 0x80 || c == REPLACEMENT) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}
