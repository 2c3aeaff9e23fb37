/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceRules;
import io.kafkacourier.source.tier.TierPolicy;
import io.kafkacourier.source.tier.TierSettings;
import java.util.List;

/** Shows the test of the contract what only this package can see. */
public final class SourceForms {

    /** What begins the keys that are passed on to clients and tier topics. */
    public static final List<String> KEY_PREFIXES =
            List.of(SourceRules.CONSUMER_PREFIX, SourceRules.ADMIN_PREFIX, TierSettings.PREFIX);

    private SourceForms() {}

    /** What is stored as the settings of a tier, with a horizon in milliseconds. */
    public static String tierSettings(long horizonMs) {
        return new TierPolicy(horizonMs, (message, refusal) -> {
                    throw new AssertionError("no message is judged");
                })
                .settings();
    }

    /** What the client ids of a connector begin with. */
    public static String clientIds(SourceConfig config) {
        return config.clientId();
    }
}
