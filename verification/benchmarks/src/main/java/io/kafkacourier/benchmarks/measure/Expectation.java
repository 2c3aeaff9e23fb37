/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.util.Locale;

/**
 * A limit for the median of a figure.
 *
 * @param least true if the median must be at least the limit; false if it must be at most the limit
 */
public record Expectation(Series series, boolean least, double limit) {

    public static Expectation atLeast(double limit, Series series) {
        return new Expectation(series, true, limit);
    }

    public static Expectation atMost(double limit, Series series) {
        return new Expectation(series, false, limit);
    }

    /** Whether the median meets the limit. */
    public boolean holds() {
        return least ? series.median() >= limit : series.median() <= limit;
    }

    /** The limit in words. */
    public String text() {
        return String.format(Locale.ROOT, "%s %.2f", least ? "at least" : "at most", limit);
    }
}
