/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.Locale;

/** What happened to a message: the field {@code event} of a trace event. */
public enum EventType {
    SEND,
    RECEIVE,
    PROCESS,
    SCHEDULE,
    DELIVER,
    RETRY,
    DEAD_LETTER,
    EXPIRE,
    ROUTE,
    DROP;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The value as it is written, such as {@code dead_letter}. */
    public String text() {
        return text;
    }
}
