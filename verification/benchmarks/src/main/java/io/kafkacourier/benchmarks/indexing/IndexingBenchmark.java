/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

import io.kafkacourier.benchmarks.measure.Part;
import java.util.List;

/** The benchmark of the Elasticsearch sink. */
public final class IndexingBenchmark {

    private IndexingBenchmark() {}

    /** Its parts, in the order in which they run. */
    public static List<Part> parts() {
        return List.of(new Indexing());
    }
}
