/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What one task counts and measures. Written by the task's thread, read by any. */
public final class DeliveryMetrics {

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

    public long written() {
        return written.sum();
    }

    public long duplicates() {
        return duplicates.sum();
    }

    public long retries() {
        return retries.sum();
    }

    public long refusedRecords() {
        return refused.sum();
    }

    public long skippedRecords() {
        return skipped.sum();
    }

    public long requests() {
        return requests.sum();
    }

    public long requestBytes() {
        return requestBytes.sum();
    }

    /** How many faults somebody has to fix now. */
    public int faults() {
        return faults.size();
    }

    public long heldBytes() {
        return heldBytes;
    }

    public int requestsInFlight() {
        return requestsInFlight;
    }

    public int faultyDestinations() {
        return faultyDestinations;
    }

    public int pausedPartitions() {
        return pausedPartitions;
    }

    public long oldestPendingMs() {
        return oldestPendingMs;
    }

    public long lastLatencyMs() {
        return lastLatencyMs;
    }

    public String lastError() {
        return lastError;
    }
}
