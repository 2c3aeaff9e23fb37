/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import java.util.Locale;

/** The outcome of a dead letter in a redrive. */
enum Outcome {
    /** It is sent back. */
    REDRIVEN,
    /** It was not selected. */
    LEFT,
    /** It was redriven too often already. */
    LOOP,
    /** It cannot go to its target. */
    REFUSED;

    /** The name in lower case, for output. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
