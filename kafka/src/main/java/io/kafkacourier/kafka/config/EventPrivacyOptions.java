/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import io.kafkacourier.core.trace.EventPrivacy;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The options for {@link EventPrivacy}, which every plugin that reports trace events has. */
public final class EventPrivacyOptions {

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

    private EventPrivacyOptions() {}

    /** Accepts the values of {@link #KEY}. */
    public static ValidString keys() {
        return ValidString.in("hash", "clear", "none");
    }

    /** Accepts the values of {@link #ERROR_MESSAGE}. */
    public static ValidString errorMessages() {
        return ValidString.in("capped", "none");
    }

    /**
     * What a configuration says.
     *
     * @param prefix in front of the names of the options; empty if there is none
     */
    public static EventPrivacy read(AbstractConfig config, String prefix) {
        return EventPrivacy.of(
                config.getString(prefix + KEY),
                config.getPassword(prefix + KEY_SECRET).value(),
                config.getString(prefix + ERROR_MESSAGE));
    }
}
