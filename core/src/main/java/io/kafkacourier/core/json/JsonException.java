/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

/** Thrown if a text is not JSON that can be read. Its message contains the position, but never the text. */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The kinds of problems with the text. */
    public enum Kind {
        /** Not JSON (RFC 8259), not UTF-8, or cut off. */
        BODY_NOT_JSON,
        /** Not JSON, but in the frame of a schema registry's serializer (Avro, Protobuf), or compressed with gzip. */
        BODY_FRAMED,
        /** More levels of nested arrays and objects than allowed. */
        TOO_DEEP
    }

    private final Kind kind;

    JsonException(Kind kind, String message) {
        // Foreign data can cause this for every record, so a stack trace would only cost time.
        super(message, null, false, false);
        this.kind = kind;
    }

    /** The kind of the problem. */
    public Kind kind() {
        return kind;
    }
}
