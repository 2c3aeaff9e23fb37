/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.source.config.SettingsText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings on which the due times of one topic depend.
 *
 * @param horizonMs the longest wait that is held
 * @param maxMs the longest wait that is allowed
 * @param deliverAtHeader the name of the header with a due time
 * @param delayHeader the name of the header with a wait
 * @param fixedMs the wait of a message that has neither header; null if it is due at once
 */
record DelaySettings(
        long horizonMs,
        long maxMs,
        String deliverAtHeader,
        String delayHeader,
        @Nullable Long fixedMs) {

    DelaySettings {
        if (horizonMs < 0 || maxMs < 0 || (fixedMs != null && fixedMs < 0)) {
            throw new IllegalArgumentException("horizon " + horizonMs + ", longest delay " + maxMs + " and fixed delay "
                    + fixedMs + " must not be below 0");
        }
    }

    /** One line that {@link #parse} reads. */
    String text() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("horizon", Long.toString(horizonMs));
        values.put("max", Long.toString(maxMs));
        values.put("at", deliverAtHeader);
        values.put("delay", delayHeader);
        if (fixedMs != null) {
            values.put("fixed", fixedMs.toString());
        }
        return SettingsText.write(values);
    }

    /** @throws IllegalArgumentException if {@link #text} did not write the text */
    static DelaySettings parse(String text) {
        SettingsText values = SettingsText.read(text);
        String fixed = values.find("fixed");
        return new DelaySettings(
                Long.parseLong(values.require("horizon")),
                Long.parseLong(values.require("max")),
                values.require("at"),
                values.require("delay"),
                fixed == null ? null : Long.valueOf(fixed));
    }
}
