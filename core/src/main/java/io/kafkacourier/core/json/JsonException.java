/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

/** Says that a text is not JSON that can be read. Its message names the position and never repeats the text. */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the text. */
    public enum Kind {
        /** Not JSON (RFC 8259), not UTF-8, or cut off. */
        BODY_NOT_JSON,
        /** Behind the frame of a schema registry's serializer and no JSON there (Avro, Protobuf), or compressed with gzip. */
        BODY_FRAMED,
        /** Arrays and objects inside each other, more levels than are read. */
        TOO_DEEP
    }

    private final Kind kind;

    JsonException(Kind kind, String message) {
        // Expected with foreign data and possibly with every record: a stack trace would only cost time.
        super(message, null, false, false);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
