/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import java.io.PrintStream;
import java.util.Locale;

/** Prints the progress of the quickstart. */
final class Console {

    private final PrintStream out;

    Console(PrintStream out) {
        this.out = out;
    }

    void line(String text) {
        out.println(text);
    }

    void heading(String text) {
        out.printf("%n%s%n", text);
    }

    /** Runs one step, and prints its name before it and its duration after it. */
    void step(String name, Runnable action) {
        out.printf("  %-58s ", name);
        out.flush();
        long start = System.nanoTime();
        action.run();
        out.printf(Locale.ROOT, "%5.1f s%n", (System.nanoTime() - start) / 1e9);
    }
}
