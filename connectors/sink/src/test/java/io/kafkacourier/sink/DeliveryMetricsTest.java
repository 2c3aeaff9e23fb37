/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveryMetricsTest {

    private final DeliveryMetrics metrics = new DeliveryMetrics();

    @Test
    void countsTheFaultsThatSomebodyHasToFix() {
        metrics.fault("setup", true);
        metrics.fault("setup", true);
        metrics.fault("a", true);
        assertThat(metrics.faults()).isEqualTo(2);

        metrics.fault("setup", false);

        assertThat(metrics.faults()).isEqualTo(1);
    }
}
