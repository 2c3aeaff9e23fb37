/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an event tells of a message's key. */
public enum KeyForm {
    /** The first 16 hex digits of the SHA-256 of its bytes. */
    HASH,
    /** The key itself, as text: UTF-8 where it is bytes. */
    CLEAR,
    /** Nothing. */
    NONE;

    /** The form of that name, in lower case, as configurations have it. */
    public static KeyForm parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** What stands for a key; null where nothing does, as for no key and for structures. */
    public @Nullable String of(@Nullable Object key) {
        return switch (this) {
            case HASH -> Payload.hash(key);
            case CLEAR -> Payload.text(key);
            case NONE -> null;
        };
    }
}
