/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.emit;

import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counts of an outbox in JMX, as {@code io.kafkacourier:type=trace-emitter,topic="...",id=...}, as long as it is open.
 * Ids tell apart those of one topic, in other class loaders too, and count from 0. Where JMX refuses, the log says so.
 */
final class EmitterBean implements TraceEmitterMXBean {

    private static final Logger LOG = LoggerFactory.getLogger(EmitterBean.class);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Outbox outbox;
    private final @Nullable ObjectName name;

    EmitterBean(String topic, Outbox outbox) {
        this.outbox = outbox;
        this.name = register(topic);
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

    /** Leaves JMX. */
    void close() {
        try {
            if (name != null) {
                server.unregisterMBean(name);
            }
        } catch (JMException e) {
            LOG.warn("{} stays in JMX", name, e);
        }
    }

    private @Nullable ObjectName register(String topic) {
        for (int id = 0; ; id++) {
            try {
                ObjectName free = new ObjectName(
                        "io.kafkacourier:type=trace-emitter,topic=" + ObjectName.quote(topic) + ",id=" + id);
                server.registerMBean(this, free);
                return free;
            } catch (InstanceAlreadyExistsException e) {
                LOG.debug("Another emitter for {} has id {}", topic, id);
            } catch (JMException | RuntimeException e) {
                LOG.warn("The counts of the emitter for {} are not in JMX", topic, e);
                return null;
            }
        }
    }
}
