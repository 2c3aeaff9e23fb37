/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.contract.Reason.Family;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SourceMetricTest {

    @Test
    void countsTheReasonsThatAConnectorCanRefuseAMessageFor() {
        assertThat(SourceMetric.Of.DELAY.reasons()).isEqualTo(of(Family.DUE_TIME, Family.TARGET));

        Set<Reason> retry = of(Family.DUE_TIME, Family.TARGET, Family.FAILURE);
        retry.remove(Reason.NO_TARGET);
        assertThat(SourceMetric.Of.RETRY.reasons()).isEqualTo(retry);
        assertThat(SourceMetric.Of.REDRIVE.reasons()).isEmpty();
    }

    private static Set<Reason> of(Family... families) {
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        Stream.of(Reason.values())
                .filter(reason -> Set.of(families).contains(reason.family()))
                .forEach(reasons::add);
        return reasons;
    }
}
