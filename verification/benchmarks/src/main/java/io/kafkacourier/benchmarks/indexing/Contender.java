/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

/** The clients that index the events. */
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

    /**
     * Does the preparation that is not measured. Each run of the result writes all events into an index that does not
     * exist yet.
     */
    Runnable prepare(Workload workload) {
        return switch (this) {
            case BARE -> new PrebuiltBulks(workload);
            case SINK -> new SinkTaskLoop(workload);
            case INGESTER -> new Ingester(workload);
        };
    }
}
