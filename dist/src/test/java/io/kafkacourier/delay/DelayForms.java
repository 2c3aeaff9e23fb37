/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.source.config.SourceConfig;
import java.util.Map;

/** Shows the test of the contract what only this package can see. */
public final class DelayForms {

    private DelayForms() {}

    /** What is stored as the settings of an input, with a fixed delay. */
    public static String settings() {
        return new DelaySettings(16_000, 2_592_000_000L, "deliver_at", "delay", 300_000L).text();
    }

    /** A configuration as a task reads it. */
    public static SourceConfig config(Map<String, String> properties) {
        return DelaySourceConfig.read(properties).config();
    }
}
