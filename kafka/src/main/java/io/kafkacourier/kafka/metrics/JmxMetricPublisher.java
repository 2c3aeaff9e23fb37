/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes metrics in JMX: one bean for each value of a tag, and one bean for all metrics without tag. Each metric is
 * an attribute. Beans that an earlier run of the task has left behind are replaced.
 */
final class JmxMetricPublisher implements MetricPublisher {

    private static final Logger log = LoggerFactory.getLogger(JmxMetricPublisher.class);
    private static final String DOMAIN = "io.kafkacourier";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final String name;
    private final Map<String, GaugeBean> beans = new LinkedHashMap<>();

    /** @param type the kind of connector, as the value of the key {@code type} */
    JmxMetricPublisher(String type, String connector, String task) {
        this.name = name(type, connector) + ",task=" + ObjectName.quote(task);
    }

    /** For a connector without a task. */
    JmxMetricPublisher(String type, String connector) {
        this.name = name(type, connector);
    }

    private static String name(String type, String connector) {
        return DOMAIN + ":type=" + type + ",connector=" + ObjectName.quote(connector);
    }

    @Override
    public void publish(Metric metric, Supplier<? extends Number> value) {
        add(metric, null, value);
    }

    @Override
    public void publish(Metric metric, String tagValue, Supplier<? extends Number> value) {
        add(metric, tagValue, value);
    }

    @Override
    public void publishText(Metric metric, Supplier<String> value) {
        add(metric, null, value);
    }

    private void add(Metric metric, @Nullable String tagValue, Supplier<?> value) {
        String key = metric.tag() == null || tagValue == null
                ? name
                : name + "," + metric.tag() + "=" + ObjectName.quote(tagValue);
        beans.computeIfAbsent(key, this::register).add(metric, value);
    }

    private GaugeBean register(String key) {
        GaugeBean bean = new GaugeBean();
        try {
            ObjectName objectName = new ObjectName(key);
            if (server.isRegistered(objectName)) {
                server.unregisterMBean(objectName);
            }
            server.registerMBean(bean, objectName);
        } catch (JMException e) {
            log.warn("The metrics {} are not published: {}", key, e);
        }
        return bean;
    }

    @Override
    public void close() {
        beans.forEach((key, bean) -> {
            try {
                // If a later run of the task has taken the name, its bean stays.
                if (bean.isRegistered()) {
                    server.unregisterMBean(new ObjectName(key));
                }
            } catch (JMException e) {
                log.warn("The metrics {} are not withdrawn: {}", key, e);
            }
        });
        beans.clear();
    }
}
