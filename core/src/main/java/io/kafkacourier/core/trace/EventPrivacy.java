/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * What trace events may reveal of a message: its key as a hash, in clear or not at all, and the text of errors, which often
 * quotes the message. Values never appear in events. Immutable; safe for use by several threads.
 */
public final class EventPrivacy {

    /** The option for keys, possibly behind a prefix. */
    public static final String KEY = "key";
    /** The option for the secret of key hashes, possibly behind a prefix; of type PASSWORD, with an empty default. */
    public static final String KEY_SECRET = "key.secret";
    /** The option for error messages, possibly behind a prefix. */
    public static final String ERROR_MESSAGE = "error.message";

    public static final String KEY_DEFAULT = "hash";
    public static final String KEY_SECRET_DEFAULT = "";
    public static final String ERROR_MESSAGE_DEFAULT = "capped";

    /** The text of {@link #KEY} for users. */
    public static final String KEY_DOC =
            "What the field key_hash of events holds: hash is the first 16 hex digits of a hash of the key's bytes (an"
                    + " HMAC-SHA256 if a secret is set, else a plain SHA-256), clear is the key itself, none leaves the field"
                    + " out. Without a secret, anyone who can guess a key can check the guess: phone numbers, account numbers"
                    + " and mail addresses are found by trying them all.";

    /** The text of {@link #KEY_SECRET} for users. */
    public static final String KEY_SECRET_DOC =
            "The secret of the HMAC-SHA256 that key_hash is made with, as UTF-8 text; use at least 16 random bytes. Everything"
                    + " that reports the same messages needs the same secret, or a search for a key finds only a part of its"
                    + " events. Changing it changes all hashes from then on. Empty, the default: a plain SHA-256. It only"
                    + " counts where keys are hashed.";

    /** The text of {@link #ERROR_MESSAGE} for users. */
    public static final String ERROR_MESSAGE_DOC =
            "What the field error_message of events holds: capped is the first 256 characters of the error's message, none"
                    + " leaves the field out. Messages of parsers and converters often quote the record; error_type is always"
                    + " reported.";

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
     * @param key a value that {@link #keys()} accepts
     * @param secret empty for a plain SHA-256
     * @param errorMessage a value that {@link #errorMessages()} accepts
     * @throws IllegalArgumentException if a value is not accepted
     */
    public static EventPrivacy of(String key, Password secret, String errorMessage) {
        return new EventPrivacy(
                KeyForm.valueOf(key.toUpperCase(Locale.ROOT)),
                secret.value().isEmpty() ? null : new HmacSha256(secret.value()),
                ErrorForm.valueOf(errorMessage.toUpperCase(Locale.ROOT)));
    }

    /** Keys as plain hashes and capped error messages: the defaults. */
    public static EventPrivacy defaults() {
        return of(KEY_DEFAULT, new Password(KEY_SECRET_DEFAULT), ERROR_MESSAGE_DEFAULT);
    }

    /** Accepts the values of {@link #KEY}. */
    public static ValidString keys() {
        return ValidString.in("hash", "clear", "none");
    }

    /** Accepts the values of {@link #ERROR_MESSAGE}. */
    public static ValidString errorMessages() {
        return ValidString.in("capped", "none");
    }

    /**
     * What the field {@code key_hash} holds for a key: of bytes as they are, of text, numbers and UUIDs as Kafka's own
     * serializers write them.
     *
     * @return null if the field is to be left out, as it is for a null key and for structures, whose bytes are not known
     */
    public @Nullable String key(@Nullable Object key) {
        return switch (keyForm) {
            case HASH -> hash(key);
            case CLEAR -> Payload.text(key);
            case NONE -> null;
        };
    }

    /** What the field {@code error_message} may hold of a message, which it shortens; null if it is to be left out. */
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
