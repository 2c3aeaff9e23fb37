/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.kafkacourier.source.tier.TierNames;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InputSelectionTest {

    private static final TierNames TIERS = new TierNames("wait.");

    @Test
    void includesNamedTopics() {
        InputSelection selection = new InputSelection(Set.of("orders"), null, Set.of(), TIERS);

        assertThat(selection.includes("orders")).isTrue();
        assertThat(selection.includes("orders2")).isFalse();
    }

    @Test
    void includesWholeMatchesOfThePatternExceptInternalTopicsAndOutputs() {
        InputSelection selection =
                new InputSelection(Set.of(), Pattern.compile(".*orders"), Set.of("invalid_orders"), TIERS);

        assertThat(selection.includes("my_orders")).isTrue();
        assertThat(selection.includes("orders2")).isFalse();
        assertThat(selection.includes("__orders")).isFalse();
        assertThat(selection.includes("invalid_orders")).isFalse();
    }

    @Test
    void readsNoTiersByPattern() {
        InputSelection selection = new InputSelection(Set.of(), Pattern.compile(".*"), Set.of(), TIERS);

        assertThat(selection.includes("wait.16s")).isFalse();
        assertThat(selection.includes("another-connector.delay.16s")).isFalse();
        assertThat(selection.includes("wait.16")).isTrue();
        assertThat(selection.includes("orders.delay.s")).isTrue();
    }
}
