/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

/** Who brings events into the index. */
enum Contender {
    BARE("bare HTTP client, pre-built bulks"),
    SINK("the sink's task"),
    INGESTER("BulkIngester");

    private final String title;

    Contender(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Prepares what is not to be measured; each run of the result brings all events into the index, which is gone. */
    Runnable prepare(Workload workload) {
        return switch (this) {
            case BARE -> new PrebuiltBulks(workload);
            case SINK -> new SinkTaskLoop(workload);
            case INGESTER -> new Ingester(workload);
        };
    }
}
