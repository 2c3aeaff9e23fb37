/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.kafka.metrics.NumberedBean;

/**
 * Publishes the counts of an outbox in JMX, as {@code io.kafkacourier:type=trace-emitter,topic="...",id=...}, while it
 * is open.
 */
final class EmitterBean implements TraceEmitterMXBean, AutoCloseable {

    private final Outbox outbox;
    private final NumberedBean registered;

    EmitterBean(String topic, Outbox outbox) {
        this.outbox = outbox;
        this.registered = NumberedBean.register(this, "trace-emitter", "topic", topic);
    }

    @Override
    public long getSent() {
        return outbox.sent();
    }

    @Override
    public long getDropped() {
        return outbox.dropped();
    }

    @Override
    public int getWaiting() {
        return outbox.waiting();
    }

    /** Removes the bean from JMX. */
    @Override
    public void close() {
        registered.close();
    }
}
