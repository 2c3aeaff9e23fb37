/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Counts for one task. Written by the task's thread, read by any. */
final class SinkMetrics implements SinkMetricsMXBean {

    private final AtomicLong documents = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private volatile long bufferedBytes;
    private volatile int inFlight;
    private volatile int faultyIndices;
    private volatile int pausedPartitions;
    private volatile long oldestPendingMs;
    private volatile long lastBulkLatencyMs;
    private volatile String lastError = "";

    /**
     * Publishes the counts in JMX, as {@code io.kafkacourier:type=elasticsearch-trace-sink,connector=...,task=...}. What
     * an earlier task of that name left there is replaced.
     */
    AutoCloseable publish(String connector, String task) {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName name = new ObjectName("io.kafkacourier:type=elasticsearch-trace-sink,connector="
                    + ObjectName.quote(connector) + ",task=" + ObjectName.quote(task));
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
            server.registerMBean(this, name);
            return () -> server.unregisterMBean(name);
        } catch (JMException e) {
            throw new IllegalStateException("the metrics could not be published", e);
        }
    }

    void indexed() {
        documents.getAndIncrement();
    }

    void duplicate() {
        duplicates.getAndIncrement();
    }

    void retried(int count) {
        retries.getAndAdd(count);
    }

    void refused() {
        refused.getAndIncrement();
    }

    void skipped() {
        skipped.getAndIncrement();
    }

    void replied(int length, long latencyMs) {
        requests.getAndIncrement();
        bytes.getAndAdd(length);
        lastBulkLatencyMs = latencyMs;
    }

    void failed(String error) {
        lastError = error;
    }

    void holding(long heldBytes, int requestsInFlight, long oldestMs) {
        oldestPendingMs = oldestMs;
        bufferedBytes = heldBytes;
        inFlight = requestsInFlight;
    }

    void faultyIndices(int count) {
        faultyIndices = count;
    }

    void pausedPartitions(int count) {
        pausedPartitions = count;
    }

    @Override
    public long getDocuments() {
        return documents.get();
    }

    @Override
    public long getBytes() {
        return bytes.get();
    }

    @Override
    public long getRequests() {
        return requests.get();
    }

    @Override
    public long getDuplicates() {
        return duplicates.get();
    }

    @Override
    public long getRetries() {
        return retries.get();
    }

    @Override
    public long getRefused() {
        return refused.get();
    }

    @Override
    public long getSkipped() {
        return skipped.get();
    }

    @Override
    public long getBufferedBytes() {
        return bufferedBytes;
    }

    @Override
    public int getInFlight() {
        return inFlight;
    }

    @Override
    public int getFaultyIndices() {
        return faultyIndices;
    }

    @Override
    public int getPausedPartitions() {
        return pausedPartitions;
    }

    @Override
    public long getOldestPendingMs() {
        return oldestPendingMs;
    }

    @Override
    public long getLastBulkLatencyMs() {
        return lastBulkLatencyMs;
    }

    @Override
    public String getLastError() {
        return lastError;
    }
}
