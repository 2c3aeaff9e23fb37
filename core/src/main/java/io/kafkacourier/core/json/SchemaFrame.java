/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

/**
 * The frame that serializers with a schema registry put in front of a body: a zero byte and a schema id of four bytes
 * (the wire format of Confluent). The JSON Schema serializer writes plain JSON after it, which can be read without
 * copying. Avro and Protobuf cannot be read without their schema.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">Wire
 *     format</a>
 */
public final class SchemaFrame {

    /** The length of the frame in bytes: the zero byte and the schema id. */
    public static final int LENGTH = 5;

    private static final char REPLACEMENT = '\uFFFD';

    private SchemaFrame() {}

    /** Like {@link #jsonStart(byte[], int, int)}, for a whole array. */
    public static int jsonStart(byte[] body) {
        return jsonStart(body, 0, body.length);
    }

    /**
     * The position where the JSON of a body begins: after the frame if a JSON object or array follows it, otherwise
     * {@code from}. Never throws, for any bytes.
     *
     * @param from the beginning of the body
     * @param to the end of the body
     */
    public static int jsonStart(byte[] body, int from, int to) {
        int inner = from + LENGTH;
        return inner < to && body[from] == 0 && isContainer(body[inner]) ? inner : from;
    }

    /**
     * Like {@link #jsonStart(byte[], int, int)}, for a body that was decoded as UTF-8, so that a schema id has one to
     * four characters.
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
     * Whether a body that is not JSON has a frame, or is compressed with gzip, so that it must be decoded before it can
     * be read.
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

    /**
     * Half a surrogate pair counts as two bytes; the replacement character counts as the one byte that was not UTF-8.
     */
    private static int utf8Length(char c) {
        if (c < 0x80 || c == REPLACEMENT) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}
