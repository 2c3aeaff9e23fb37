/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanRegistration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts for one task. Written by the task's thread, read by any. */
final class SinkMetrics implements SinkMetricsMXBean, MBeanRegistration {

    private static final Logger log = LoggerFactory.getLogger(SinkMetrics.class);

    private final AtomicLong documents = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong unsampled = new AtomicLong();
    private volatile long bufferedBytes;
    private volatile int inFlight;
    private volatile int faultyIndices;
    private volatile int pausedPartitions;
    private volatile long oldestPendingMs;
    private volatile long lastBulkLatencyMs;
    private volatile String lastError = "";
    private final Set<String> faulty = ConcurrentHashMap.newKeySet();
    private volatile boolean registered;

    /**
     * Publishes the counts in JMX, as {@code io.kafkacourier:type=elasticsearch-trace-sink,connector=...,task=...}. What
     * an earlier task of that name has left there is replaced. What cannot be published is logged and stops nobody's work.
     *
     * @return withdraws the counts, unless a later task has replaced them; never throws
     */
    AutoCloseable publish(String connector, String task) {
        String key = "io.kafkacourier:type=elasticsearch-trace-sink,connector=" + ObjectName.quote(connector) + ",task="
                + ObjectName.quote(task);
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            ObjectName name = new ObjectName(key);
            if (server.isRegistered(name)) {
                server.unregisterMBean(name);
            }
            server.registerMBean(this, name);
        } catch (JMException e) {
            log.warn("The metrics {} are not published: {}", key, e.toString());
        }
        return () -> withdraw(server, key);
    }

    private void withdraw(MBeanServer server, String key) {
        // An earlier task may be closed late, when a later one of the same name runs: that one's bean stays.
        if (registered) {
            try {
                server.unregisterMBean(new ObjectName(key));
            } catch (JMException e) {
                log.warn("The metrics {} are not withdrawn: {}", key, e.toString());
            }
        }
    }

    /**
     * Notes whether a destination has a fault that somebody has to fix.
     *
     * @param destination what the fault is about: the connection, the template, or an index
     */
    void faulty(String destination, boolean isFaulty) {
        if (isFaulty) {
            faulty.add(destination);
        } else {
            faulty.remove(destination);
        }
    }

    @Override
    public int getDestinationFault() {
        return faulty.size();
    }

    @Override
    public ObjectName preRegister(MBeanServer server, ObjectName name) {
        return name;
    }

    @Override
    public void postRegister(@Nullable Boolean registrationDone) {
        registered = Boolean.TRUE.equals(registrationDone);
    }

    @Override
    public void preDeregister() {
        // nothing stands in the way
    }

    @Override
    public void postDeregister() {
        registered = false;
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

    void unsampled() {
        unsampled.getAndIncrement();
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
    public long getUnsampledRecords() {
        return unsampled.get();
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
