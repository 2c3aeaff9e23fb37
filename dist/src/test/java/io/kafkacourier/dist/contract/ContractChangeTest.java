/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContractChangeTest {

    private static final String BEFORE = "default | C | horizon | 16s";
    private static final String AFTER = "default | C | horizon | 20s";

    @Test
    void listsChangedLinesNextToEachOther() {
        ContractChange change =
                ContractChange.between(List.of(BEFORE, "header |  | old |"), List.of(AFTER, "header |  | new |"));

        assertThat(change.diff()).isEqualTo("""
                  - default | C | horizon | 16s
                  + default | C | horizon | 20s
                  + header |  | new |
                  - header |  | old |
                """);
    }

    @Test
    void requiresTheNewAndTheOldNameInTheChangelog() {
        ContractChange change = ContractChange.between(List.of("header |  | old |"), List.of("header |  | new |"));

        assertThat(change.missingIn(unreleased("`new` replaces the old header.")))
                .containsExactly("`old`");
        assertThat(change.missingIn(unreleased("`new` replaces `old`."))).isEmpty();
    }

    @Test
    void requiresTheNewValueOfADefaultInTheChangelog() {
        ContractChange change = ContractChange.between(List.of(BEFORE), List.of(AFTER));

        assertThat(change.missingIn(unreleased("`horizon` is new.")))
                .containsExactly("`horizon` with its new default `20s`");
        assertThat(change.missingIn(unreleased("`horizon` is `20s`."))).isEmpty();
    }

    @Test
    void isEmptyIfNothingChanged() {
        assertThat(ContractChange.between(List.of(BEFORE), List.of(BEFORE)).isEmpty())
                .isTrue();
    }

    private static Changelog unreleased(String entry) {
        return Changelog.parse("## Unreleased\n\n- " + entry + "\n");
    }
}
