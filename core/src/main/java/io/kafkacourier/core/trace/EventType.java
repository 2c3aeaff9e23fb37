/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

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

    private static final Set<String> TEXTS =
            Stream.of(values()).map(EventType::text).collect(toUnmodifiableSet());

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The written form, such as {@code dead_letter}. */
    public String text() {
        return text;
    }

    /** Whether {@code text} is the written form of a type. */
    public static boolean isKnown(String text) {
        return TEXTS.contains(text);
    }
}
