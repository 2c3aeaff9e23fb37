/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.nio.file.Path;

/** One question that a benchmark answers. */
public interface Part {

    /** The name that selects it on the command line. */
    String name();

    /** What it measures, in one line. */
    String title();

    /**
     * Measures.
     *
     * @param directory for data and logs of services; emptied first
     * @param console prints the progress
     * @throws IllegalStateException if the measured code fails or gives a wrong result
     */
    Findings run(Path directory, Console console);
}
