/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanRegistration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/** A JMX bean with a read-only attribute for each metric. Safe for use by several threads. */
final class GaugeBean implements DynamicMBean, MBeanRegistration {

    private record Value(Metric metric, Supplier<?> supplier) {}

    private final Map<String, Value> values = new ConcurrentSkipListMap<>();
    private volatile boolean registered;

    void add(Metric metric, Supplier<?> value) {
        values.put(metric.name(), new Value(metric, value));
    }

    /** Whether it is registered in a server, under any name. */
    boolean isRegistered() {
        return registered;
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
        Value value = values.get(attribute);
        if (value == null) {
            throw new AttributeNotFoundException(attribute);
        }
        return value.supplier().get();
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        AttributeList list = new AttributeList();
        for (String attribute : attributes) {
            Value value = values.get(attribute);
            if (value != null) {
                list.add(new Attribute(attribute, value.supplier().get()));
            }
        }
        return list;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String actionName, Object[] params, String[] signature) throws ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(actionName));
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        boolean isReadable = true;
        MBeanAttributeInfo[] attributes = values.values().stream()
                .map(Value::metric)
                .map(metric -> new MBeanAttributeInfo(
                        metric.name(), metric.type().getName(), metric.description(), isReadable, false, false))
                .toArray(MBeanAttributeInfo[]::new);
        return new MBeanInfo(GaugeBean.class.getName(), "Metrics of a task", attributes, null, null, null);
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
        // nothing to check
    }

    @Override
    public void postDeregister() {
        registered = false;
    }
}
