/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.nio.file.Path;

/** One question that a benchmark answers. */
public interface Part {

    /** What selects it on the command line. */
    String name();

    /** What it measures, in one line. */
    String title();

    /**
     * Measures.
     *
     * @param directory for the data and the logs of services; emptied first
     * @param console tells how far it has come
     * @throws IllegalStateException where what is measured does not do what it should
     */
    Findings run(Path directory, Console console);
}
