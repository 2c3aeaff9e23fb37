/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.source.config.SourceConfig;
import java.util.Map;
import java.util.Set;

/** Gives the contract test access to package-private classes. */
public final class RetryForms {

    private RetryForms() {}

    /** The stored settings of an input, including all optional ones. */
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

    /** The configuration that a task reads from the properties. */
    public static SourceConfig config(Map<String, String> properties) {
        return RetrySourceConnector.type(properties).read().apply(properties).config();
    }
}
