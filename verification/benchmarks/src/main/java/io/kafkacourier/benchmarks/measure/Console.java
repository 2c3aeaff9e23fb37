/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Prints the progress and the findings of a benchmark. */
public final class Console {

    private final PrintStream out;

    public Console(PrintStream out) {
        this.out = out;
    }

    public void heading(String text) {
        out.printf("%n%s%n", text);
    }

    /** Prints a line with an intermediate result. */
    public void progress(String format, Object... arguments) {
        out.printf(Locale.ROOT, "  " + format + "%n", arguments);
    }

    /** Prints the findings as a table. */
    public void table(Findings findings) {
        for (Map.Entry<String, String> setting : findings.settings().entrySet()) {
            out.printf("  %-24s %s%n", setting.getKey(), setting.getValue());
        }
        out.printf("%n  %-56s %12s %12s %12s%n", "", "median", "min", "max");
        findings.series().forEach(series -> row(series, ""));
        findings.expectations()
                .forEach(expectation -> row(
                        expectation.series(),
                        expectation.text() + (expectation.holds() ? ": holds" : ": DOES NOT HOLD")));
    }

    private void row(Series series, String remark) {
        String name = series.unit().isEmpty() ? series.name() : series.name() + ", " + series.unit();
        out.printf(
                "  %-56s %12s %12s %12s  %s%n",
                name, number(series.median()), number(series.min()), number(series.max()), remark);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }
}
