/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.text.Utf8;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a key or value that do not reveal it. Text, numbers and UUIDs are treated as the bytes that Kafka's
 * serializer of their type writes, so that a producer reports the same as a client that sees bytes. Nothing is reported
 * for structures, whose bytes depend on a converter.
 */
final class Payload {

    static final int HASH_DIGITS = 16;

    private Payload() {}

    /** The first 16 hex digits of the SHA-256 of the bytes; null if the bytes are not known. */
    static @Nullable String hash(@Nullable Object payload) {
        byte[] bytes = bytes(payload);
        return bytes == null ? null : Hex.sha256(bytes, HASH_DIGITS);
    }

    /** Text unchanged, numbers in decimal, bytes as UTF-8; null for anything else. */
    static @Nullable String text(@Nullable Object payload) {
        if (payload instanceof CharSequence || payload instanceof Number || payload instanceof UUID) {
            return payload.toString();
        }
        byte[] bytes = bytes(payload);
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    /** The bytes that Kafka's serializer of its type writes; null if not known. */
    static byte @Nullable [] bytes(@Nullable Object payload) {
        if (payload instanceof byte[] bytes) {
            return bytes;
        } else if (payload instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        } else if (payload instanceof CharSequence || payload instanceof UUID) {
            return payload.toString().getBytes(UTF_8);
        }
        return payload instanceof Number number ? bytes(number) : null;
    }

    /** The bytes of a number, big-endian; their count depends on the type. */
    private static byte @Nullable [] bytes(Number number) {
        if (number instanceof Long bits) {
            return ByteBuffer.allocate(Long.BYTES).putLong(bits).array();
        } else if (number instanceof Integer bits) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(bits).array();
        } else if (number instanceof Short bits) {
            return ByteBuffer.allocate(Short.BYTES).putShort(bits).array();
        } else if (number instanceof Double decimal) {
            return ByteBuffer.allocate(Double.BYTES).putDouble(decimal).array();
        } else if (number instanceof Float decimal) {
            return ByteBuffer.allocate(Float.BYTES).putFloat(decimal).array();
        }
        return null;
    }

    /** The number of bytes; -1 if not known. */
    static int size(Object payload) {
        if (payload instanceof byte[] bytes) {
            return bytes.length;
        } else if (payload instanceof ByteBuffer buffer) {
            return buffer.remaining();
        } else if (payload instanceof String text) {
            return Utf8.length(text);
        }
        return -1;
    }
}
