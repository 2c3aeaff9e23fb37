/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settings as one line of text that is stored with the progress: form-encoded, in the order in which they are given. */
public final class SettingsText {

    private final Map<String, String> values;

    private SettingsText(Map<String, String> values) {
        this.values = values;
    }

    /** Writes settings. */
    public static String write(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + URLEncoder.encode(value.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    /**
     * Reads settings.
     *
     * @throws IllegalArgumentException if {@link #write} did not write the text
     */
    public static SettingsText read(String text) {
        Map<String, String> values = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("settings " + text + " have a part without =");
            }
            values.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), UTF_8));
        }
        return new SettingsText(values);
    }

    /** A setting; null if there is none of that name. */
    public @Nullable String find(String name) {
        return values.get(name);
    }

    /**
     * A required setting.
     *
     * @throws IllegalArgumentException if it is missing
     */
    public String require(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("settings " + values + " have no " + name);
        }
        return value;
    }
}
