/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.Locale;

/** How what happened went: the field {@code status} of a trace event. */
public enum EventStatus {
    OK,
    ERROR,
    SKIPPED;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The value as it is written, such as {@code ok}. */
    public String text() {
        return text;
    }
}
