/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.source.config.SourceConfig;
import java.util.Map;
import java.util.Set;

/** Shows the test of the contract what only this package can see. */
public final class RetryForms {

    private RetryForms() {}

    /** What is stored as the settings of an input, with everything that may be left out. */
    public static String settings() {
        return new RetrySettings(
                        16_000,
                        5,
                        new Backoff(1_000, 2.0, 3_600_000, 0.2),
                        Set.of("a.Retriable"),
                        Set.of("b.Fatal", "a.Fatal"),
                        86_400_000L,
                        100,
                        new RetryTarget("${origin}"))
                .text();
    }

    /** A configuration as a task reads it. */
    public static SourceConfig config(Map<String, String> properties) {
        return RetrySourceConnector.type(properties).read().apply(properties).config();
    }
}
