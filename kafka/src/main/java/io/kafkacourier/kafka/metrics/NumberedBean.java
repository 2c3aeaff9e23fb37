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
 * A bean in JMX with a unique name: {@code io.kafkacourier:type=...,<tag>="...",id=<n>}. Ids count from 0, and
 * distinguish beans with otherwise equal names, even from other class loaders. If JMX rejects a bean, this is logged,
 * and its owner continues without it. For any thread.
 */
public final class NumberedBean implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NumberedBean.class);

    /** Null if JMX rejected the bean. */
    private final @Nullable ObjectName name;

    private NumberedBean(@Nullable ObjectName name) {
        this.name = name;
    }

    /**
     * Registers a bean in JMX until this is closed.
     *
     * @param bean the bean, which implements an MXBean interface
     * @param type the kind of bean
     * @param tag the key that distinguishes it from others of its type
     * @param value the value of that key, which will be quoted
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
                LOG.warn("{}{} could not be registered in JMX", prefix, id, e);
                return new NumberedBean(null);
            }
        }
    }

    /** Removes the bean from JMX. */
    @Override
    public void close() {
        try {
            if (name != null) {
                server().unregisterMBean(name);
            }
        } catch (JMException e) {
            LOG.warn("{} could not be removed from JMX", name, e);
        }
    }

    private static MBeanServer server() {
        return ManagementFactory.getPlatformMBeanServer();
    }
}
