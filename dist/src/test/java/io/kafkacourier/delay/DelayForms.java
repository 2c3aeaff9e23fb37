/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.source.config.SourceConfig;
import java.util.Map;

/** Gives the contract test access to package-private classes. */
public final class DelayForms {

    private DelayForms() {}

    /** The stored settings of an input with a fixed delay. */
    public static String settings() {
        return new DelaySettings(16_000, 2_592_000_000L, "deliver_at", "delay", 300_000L).text();
    }

    /** The configuration that a task reads from the properties. */
    public static SourceConfig config(Map<String, String> properties) {
        return DelaySourceConfig.read(properties).config();
    }
}
