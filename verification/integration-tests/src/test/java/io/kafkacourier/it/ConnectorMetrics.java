/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/**
 * Reads the metrics of a connector's tasks from the worker's JMX: among the worker's own, or in our domain (before
 * 4.1).
 */
record ConnectorMetrics(MBeanServerConnection worker, String connector) {

    /** The values of the metric in all beans with the tag in their names, without NaN. */
    List<Double> values(String metric, String tag) {
        try {
            List<Double> values = new ArrayList<>();
            for (ObjectName bean : beans(metric)) {
                if (bean.getCanonicalName().replace("\"", "").contains(tag)) {
                    value(bean, metric).ifPresent(values::add);
                }
            }
            return values.stream().filter(value -> !value.isNaN()).toList();
        } catch (JMException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Empty if the bean is gone, because its task has just ended. */
    private OptionalDouble value(ObjectName bean, String metric) throws JMException, IOException {
        try {
            return OptionalDouble.of(((Number) worker.getAttribute(bean, metric)).doubleValue());
        } catch (InstanceNotFoundException e) {
            return OptionalDouble.empty();
        }
    }

    double sum(String metric, String tag) {
        return values(metric, tag).stream().flatMapToDouble(DoubleStream::of).sum();
    }

    /** The JMX domains with metrics of the connector. */
    Set<String> domains() {
        try {
            return names().stream().map(ObjectName::getDomain).collect(Collectors.toSet());
        } catch (JMException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<ObjectName> beans(String metric) throws JMException, IOException {
        List<ObjectName> beans = new ArrayList<>();
        for (ObjectName name : names()) {
            if (hasAttribute(name, metric)) {
                beans.add(name);
            }
        }
        return beans;
    }

    private boolean hasAttribute(ObjectName bean, String name) throws JMException, IOException {
        try {
            return Arrays.stream(worker.getMBeanInfo(bean).getAttributes())
                    .anyMatch(attribute -> attribute.getName().equals(name));
        } catch (InstanceNotFoundException e) {
            return false;
        }
    }

    private Set<ObjectName> names() throws JMException, IOException {
        Set<ObjectName> names = new HashSet<>(
                worker.queryNames(new ObjectName("kafka.connect:type=plugins,connector=" + connector + ",*"), null));
        names.addAll(worker.queryNames(
                new ObjectName("io.kafkacourier:connector=" + ObjectName.quote(connector) + ",*"), null));
        return names;
    }
}
