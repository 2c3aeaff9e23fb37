/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the due times of one topic depend on.
 *
 * @param horizonMs the longest wait that is held
 * @param maxMs the longest wait that is allowed
 * @param deliverAtHeader names the header that holds a due time
 * @param delayHeader names the header that holds a wait
 * @param fixedMs the wait of a message that has neither header; null where it is due at once
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

    /** One line that {@link #parse} reads: form-encoded, always in the same order. */
    String text() {
        String text = "horizon=" + horizonMs + "&max=" + maxMs + "&at=" + encode(deliverAtHeader) + "&delay="
                + encode(delayHeader);
        return fixedMs == null ? text : text + "&fixed=" + fixedMs;
    }

    /** @throws IllegalArgumentException where the text is not one of {@link #text} */
    static DelaySettings parse(String text) {
        Map<String, String> values = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("settings " + text + " have a part without =");
            }
            values.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), UTF_8));
        }
        String fixed = values.get("fixed");
        return new DelaySettings(
                Long.parseLong(value(values, "horizon")),
                Long.parseLong(value(values, "max")),
                value(values, "at"),
                value(values, "delay"),
                fixed == null ? null : Long.valueOf(fixed));
    }

    private static String value(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("settings " + values + " have no " + key);
        }
        return value;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
