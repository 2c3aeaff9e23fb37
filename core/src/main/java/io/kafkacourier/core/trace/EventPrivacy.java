/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Limits what trace events contain of a message: its key as a hash, in clear or not at all, and the text of errors,
 * which often quotes the message. Values never appear in events. Immutable; safe for use by several threads.
 */
public final class EventPrivacy {

    private enum KeyForm {
        HASH,
        CLEAR,
        NONE
    }

    private enum ErrorForm {
        CAPPED,
        NONE
    }

    private final KeyForm keyForm;
    private final @Nullable HmacSha256 hmac;
    private final ErrorForm errorForm;

    private EventPrivacy(KeyForm keyForm, @Nullable HmacSha256 hmac, ErrorForm errorForm) {
        this.keyForm = keyForm;
        this.hmac = hmac;
        this.errorForm = errorForm;
    }

    /**
     * Reads the three options.
     *
     * @param key {@code hash}, {@code clear} or {@code none}
     * @param secret empty for a plain SHA-256
     * @param errorMessage {@code capped} or {@code none}
     * @throws IllegalArgumentException if a value is not accepted
     */
    public static EventPrivacy of(String key, String secret, String errorMessage) {
        return new EventPrivacy(
                KeyForm.valueOf(key.toUpperCase(Locale.ROOT)),
                secret.isEmpty() ? null : new HmacSha256(secret),
                ErrorForm.valueOf(errorMessage.toUpperCase(Locale.ROOT)));
    }

    /** The defaults: keys as plain hashes, and capped error messages. */
    public static EventPrivacy defaults() {
        return new EventPrivacy(KeyForm.HASH, null, ErrorForm.CAPPED);
    }

    /**
     * The content of the field {@code key_hash} for a key. Text, numbers and UUIDs are hashed as Kafka's own
     * serializers write them.
     *
     * @return null if the field is left out, as for a null key and for structures, whose bytes are not known
     */
    public @Nullable String key(@Nullable Object key) {
        return switch (keyForm) {
            case HASH -> hash(key);
            case CLEAR -> Payload.text(key);
            case NONE -> null;
        };
    }

    /**
     * The content of the field {@code error_message} for an error's message, possibly shortened; null if the field is
     * left out.
     */
    public @Nullable String errorMessage(@Nullable String message) {
        return errorForm == ErrorForm.NONE ? null : message;
    }

    private @Nullable String hash(@Nullable Object key) {
        byte[] bytes = Payload.bytes(key);
        if (bytes == null) {
            return null;
        }
        return Hex.text(hmac == null ? Sha256.of(bytes) : hmac.of(bytes), Payload.HASH_DIGITS);
    }
}
