/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.util.Locale;

/**
 * What the median of a figure is held against.
 *
 * @param least whether the figure has to reach the limit; else it must not pass it
 */
public record Expectation(Series series, boolean least, double limit) {

    public static Expectation atLeast(double limit, Series series) {
        return new Expectation(series, true, limit);
    }

    public static Expectation atMost(double limit, Series series) {
        return new Expectation(series, false, limit);
    }

    /** Whether it holds. */
    public boolean holds() {
        return least ? series.median() >= limit : series.median() <= limit;
    }

    /** The limit in words. */
    public String text() {
        return String.format(Locale.ROOT, "%s %.2f", least ? "at least" : "at most", limit);
    }
}
