/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import java.util.Locale;

/** What becomes of a dead letter in a redrive. */
enum Outcome {
    /** It is sent back. */
    REDRIVEN,
    /** It was not selected. */
    LEFT,
    /** It was redriven too often already. */
    LOOP,
    /** It cannot go where it should. */
    REFUSED;

    /** The name as it is written. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
