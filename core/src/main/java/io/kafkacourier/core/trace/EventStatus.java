/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.Locale;

/** The outcome of an event: the field {@code status} of a trace event. */
public enum EventStatus {
    OK,
    ERROR,
    SKIPPED;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The written form, such as {@code ok}. */
    public String text() {
        return text;
    }
}
