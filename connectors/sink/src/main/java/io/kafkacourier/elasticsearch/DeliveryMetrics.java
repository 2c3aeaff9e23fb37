/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What one task counts and measures. Written by the task's thread, read by any. */
final class DeliveryMetrics {

    private final LongAdder written = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder requestBytes = new LongAdder();
    private final Set<String> faults = ConcurrentHashMap.newKeySet();
    private volatile long heldBytes;
    private volatile int requestsInFlight;
    private volatile int faultyDestinations;
    private volatile int pausedPartitions;
    private volatile long oldestPendingMs;
    private volatile long lastLatencyMs;
    private volatile String lastError = "";

    /** A record was written. */
    void wrote() {
        written.increment();
    }

    /** A record had been written before. */
    void duplicate() {
        duplicates.increment();
    }

    /** Records are sent again. */
    void retried(int records) {
        retries.add(records);
    }

    /** A record can never be written. */
    void refused() {
        refused.increment();
    }

    /** There is nothing to write for a record. */
    void skipped() {
        skipped.increment();
    }

    /** A request was answered, or failed. */
    void replied(int bytes, long latencyMs) {
        requests.increment();
        requestBytes.add(bytes);
        lastLatencyMs = latencyMs;
    }

    /** @param error never with payload */
    void failed(String error) {
        lastError = error;
    }

    /**
     * Notes whether something has a fault that somebody has to fix.
     *
     * @param what the destination, or another thing that has the fault
     */
    void fault(String what, boolean isFaulty) {
        if (isFaulty) {
            faults.add(what);
        } else {
            faults.remove(what);
        }
    }

    /** @param pendingMs for how long the oldest pending record has been pending; 0 if none is */
    void holding(long bytes, int inFlight, long pendingMs) {
        heldBytes = bytes;
        requestsInFlight = inFlight;
        oldestPendingMs = pendingMs;
    }

    /** How many destinations take no records now. */
    void faultyDestinations(int count) {
        faultyDestinations = count;
    }

    /** How many partitions are not read now. */
    void pausedPartitions(int count) {
        pausedPartitions = count;
    }

    long written() {
        return written.sum();
    }

    long duplicates() {
        return duplicates.sum();
    }

    long retries() {
        return retries.sum();
    }

    long refusedRecords() {
        return refused.sum();
    }

    long skippedRecords() {
        return skipped.sum();
    }

    long requests() {
        return requests.sum();
    }

    long requestBytes() {
        return requestBytes.sum();
    }

    /** How many faults somebody has to fix now. */
    int faults() {
        return faults.size();
    }

    long heldBytes() {
        return heldBytes;
    }

    int requestsInFlight() {
        return requestsInFlight;
    }

    int faultyDestinations() {
        return faultyDestinations;
    }

    int pausedPartitions() {
        return pausedPartitions;
    }

    long oldestPendingMs() {
        return oldestPendingMs;
    }

    long lastLatencyMs() {
        return lastLatencyMs;
    }

    String lastError() {
        return lastError;
    }
}
