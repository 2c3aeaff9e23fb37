/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bean in JMX under a name of its own: {@code io.kafkacourier:type=...,<tag>="...",id=<n>}. Ids tell apart beans that are
 * otherwise named alike, in other class loaders too, and count from 0. Where JMX refuses a bean, the log says so, and its
 * owner goes on without. For any thread.
 */
public final class NumberedBean implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NumberedBean.class);

    /** Null where JMX refused. */
    private final @Nullable ObjectName name;

    private NumberedBean(@Nullable ObjectName name) {
        this.name = name;
    }

    /**
     * Puts a bean into JMX, where it stays until this is closed.
     *
     * @param bean implements an MXBean interface
     * @param type what kind of bean it is
     * @param tag the name of what tells it apart from others of its type
     * @param value the text of that, which is quoted
     */
    public static NumberedBean register(Object bean, String type, String tag, String value) {
        String prefix = "io.kafkacourier:type=" + type + "," + tag + "=" + ObjectName.quote(value) + ",id=";
        for (int id = 0; ; id++) {
            try {
                ObjectName free = new ObjectName(prefix + id);
                server().registerMBean(bean, free);
                return new NumberedBean(free);
            } catch (InstanceAlreadyExistsException e) {
                LOG.debug("{}{} is taken", prefix, id);
            } catch (JMException | RuntimeException e) {
                LOG.warn("{}{} is not in JMX", prefix, id, e);
                return new NumberedBean(null);
            }
        }
    }

    /** Takes the bean out of JMX. */
    @Override
    public void close() {
        try {
            if (name != null) {
                server().unregisterMBean(name);
            }
        } catch (JMException e) {
            LOG.warn("{} stays in JMX", name, e);
        }
    }

    private static MBeanServer server() {
        return ManagementFactory.getPlatformMBeanServer();
    }
}
