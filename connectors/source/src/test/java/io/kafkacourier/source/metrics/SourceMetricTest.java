/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import org.junit.jupiter.api.Test;

class SourceMetricTest {

    @Test
    void countsTheReasonsThatAConnectorCanRefuseAMessageFor() {
        assertThat(SourceMetric.Of.DELAY.reasons())
                .containsExactlyInAnyOrder(
                        Reason.UNREADABLE_DUE_TIME,
                        Reason.DELAY_TOO_LONG,
                        Reason.NO_TARGET,
                        Reason.TARGET_NOT_ALLOWED,
                        Reason.TARGET_MISSING,
                        Reason.TOO_LARGE);
        assertThat(SourceMetric.Of.RETRY.reasons())
                .containsExactlyInAnyOrder(
                        Reason.UNREADABLE_DUE_TIME,
                        Reason.DELAY_TOO_LONG,
                        Reason.TARGET_NOT_ALLOWED,
                        Reason.TARGET_MISSING,
                        Reason.TOO_LARGE,
                        Reason.EXHAUSTED,
                        Reason.NON_RETRIABLE,
                        Reason.DESERIALIZATION,
                        Reason.EXPIRED,
                        Reason.NO_ORIGIN,
                        Reason.LOOP,
                        Reason.MANUAL);
        assertThat(SourceMetric.Of.REDRIVE.reasons()).isEmpty();
    }
}
