/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceRules;
import io.kafkacourier.source.tier.TierPolicy;
import io.kafkacourier.source.tier.TierSettings;
import java.util.List;

/** Gives the contract test access to package-private classes. */
public final class SourceForms {

    /** Prefixes of the keys that are passed on to clients and tier topics. */
    public static final List<String> KEY_PREFIXES =
            List.of(SourceRules.CONSUMER_PREFIX, SourceRules.ADMIN_PREFIX, TierSettings.PREFIX);

    private SourceForms() {}

    /** The stored settings of a tier with the given horizon in milliseconds. */
    public static String tierSettings(long horizonMs) {
        return new TierPolicy(horizonMs, (message, refusal) -> {
                    throw new AssertionError("no message is judged");
                })
                .settings();
    }

    /** The prefix of a connector's client ids. */
    public static String clientIds(SourceConfig config) {
        return config.clientId();
    }
}
