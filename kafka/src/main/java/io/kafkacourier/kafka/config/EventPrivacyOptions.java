/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import io.kafkacourier.core.trace.EventPrivacy;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The options for {@link EventPrivacy}, for every plugin that reports trace events. */
public final class EventPrivacyOptions {

    /** The option for keys; some plugins add a prefix. */
    public static final String KEY = "key";
    /** The option for the secret of key hashes, of type PASSWORD; some plugins add a prefix. */
    public static final String KEY_SECRET = "key.secret";
    /** The option for error messages; some plugins add a prefix. */
    public static final String ERROR_MESSAGE = "error.message";

    public static final String KEY_DEFAULT = "hash";
    public static final String KEY_SECRET_DEFAULT = "";
    public static final String ERROR_MESSAGE_DEFAULT = "capped";

    /** The text of {@link #KEY} for users. */
    public static final String KEY_DOC =
            "The content of the field key_hash of events: hash is the first 16 hex digits of a hash of the key's bytes"
                    + " (HMAC-SHA256 if a secret is set, otherwise plain SHA-256), clear is the key itself, none leaves"
                    + " the field out. Without a secret, keys that can be guessed, such as phone numbers, account"
                    + " numbers and mail addresses, can be found by trying them all.";

    /** The text of {@link #KEY_SECRET} for users. */
    public static final String KEY_SECRET_DOC =
            "The secret of the HMAC-SHA256 in key_hash, as UTF-8 text; use at least 16 random bytes. All plugins that"
                    + " report the same messages need the same secret, or a search for a key finds only a part of its"
                    + " events. A new secret changes all later hashes. Empty, the default: plain SHA-256. The secret"
                    + " has no effect unless keys are hashed.";

    /** The text of {@link #ERROR_MESSAGE} for users. */
    public static final String ERROR_MESSAGE_DOC =
            "The content of the field error_message of events: capped is the first 256 characters of the error's"
                    + " message, none leaves the field out. Messages of parsers and converters often quote the record."
                    + " The field error_type is always there.";

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
     * Reads the options.
     *
     * @param prefix the prefix of the options' names; empty if none
     */
    public static EventPrivacy read(AbstractConfig config, String prefix) {
        return EventPrivacy.of(
                config.getString(prefix + KEY),
                config.getPassword(prefix + KEY_SECRET).value(),
                config.getString(prefix + ERROR_MESSAGE));
    }
}
