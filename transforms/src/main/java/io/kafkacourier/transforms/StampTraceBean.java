/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.kafka.metrics.NumberedBean;

/**
 * Publishes the counts of a stamper in JMX, as {@code io.kafkacourier:type=stamp-trace,node="...",id=...}, while it is
 * open.
 */
final class StampTraceBean implements StampTraceMXBean, AutoCloseable {

    private final TraceStamper stamper;
    private final NumberedBean registered;

    StampTraceBean(String node, TraceStamper stamper) {
        this.stamper = stamper;
        this.registered = NumberedBean.register(this, "stamp-trace", "node", node);
    }

    @Override
    public long getMalformedHeaders() {
        return stamper.counts().malformedHeaders();
    }

    @Override
    public long getConflictingTraceIds() {
        return stamper.counts().conflicts();
    }

    @Override
    public long getUnreadableMessageIds() {
        return stamper.counts().unreadableMessageIds();
    }

    /** Removes the bean from JMX. */
    @Override
    public void close() {
        registered.close();
    }
}
