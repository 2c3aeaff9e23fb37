/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.tier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierNamesTest {

    private static final TierNames NAMES = new TierNames("orders.delay.");

    @Test
    void namesATierByItsSeconds() {
        assertThat(NAMES.topic(300)).isEqualTo("orders.delay.300s");
        assertThat(NAMES.isTier(NAMES.topic(300))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "orders.delay.0s, true",
        "orders.delay.s, false",
        "orders.delay., false",
        "orders.delay.30, false",
        "orders.delay.30S, false",
        "orders.delay.3x0s, false",
        "orders.delay.30s2, false",
        "orders.delay.-3s, false",
        "my.orders.delay.30s, false"
    })
    void knowsNothingElseAsATier(String topic, boolean isTier) {
        assertThat(NAMES.isTier(topic)).isEqualTo(isTier);
    }

    @ParameterizedTest
    @CsvSource({"orders.delay.30s, 30", "orders.delay.x, 0", "orders.delay.9999999999s, 0", "orders.delay.0s, 0"})
    void readsTheSecondsOfATier(String topic, long seconds) {
        assertThat(NAMES.seconds(topic)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({"other.delay.30s, true", ".delay.30s, false", "a.delay.b.delay.3s, true", "delay.30s, false"})
    void knowsTheTiersOfAnyConnectorWithTheDefaultPrefix(String topic, boolean isNamedLikeTier) {
        assertThat(TierNames.isNamedLikeTier(topic)).isEqualTo(isNamedLikeTier);
    }
}
