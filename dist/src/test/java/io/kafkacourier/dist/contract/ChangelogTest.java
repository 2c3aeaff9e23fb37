/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChangelogTest {

    private static final Changelog CHANGELOG = Changelog.parse("""
            # Changelog

            ## Unreleased

            ### Changed

            - The default of `horizon` is
              `20s`. It was `16s`.
            - `tiers.config.*` sets settings of tiers, and header `__courier.retry.shed` is new.

            ## 0.1.0

            - `max.attempts` is new.
            """);

    @Test
    void findsNamesInAnEntryOfSeveralLines() {
        assertThat(CHANGELOG.hasEntryWith(List.of("horizon", "20s"))).isTrue();
    }

    @Test
    void doesNotCombineEntries() {
        assertThat(CHANGELOG.hasEntryWith(List.of("horizon", "tiers.config.*"))).isFalse();
    }

    @Test
    void doesNotMatchPartsOfNames() {
        assertThat(CHANGELOG.hasEntryWith(List.of("tiers"))).isFalse();
        assertThat(CHANGELOG.hasEntryWith(List.of("shed"))).isFalse();
    }

    @Test
    void doesNotMatchProse() {
        assertThat(CHANGELOG.hasEntryWith(List.of("header"))).isFalse();
    }

    @Test
    void doesNotReadReleasedVersions() {
        assertThat(CHANGELOG.hasEntryWith(List.of("max.attempts"))).isFalse();
    }
}
