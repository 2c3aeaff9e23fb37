/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the metrics of a task or a connector go. */
public final class MetricPublishers {

    private static final Logger log = LoggerFactory.getLogger(MetricPublishers.class);

    private MetricPublishers() {}

    /**
     * In JMX alone, as {@code io.kafkacourier:type=...,connector="...",task="..."}, whatever the version of the worker.
     *
     * @param type what kind of connector it is
     */
    public static MetricPublisher inJmx(String type, String connector, String task) {
        return new JmxMetricPublisher(type, connector, task);
    }

    /**
     * Among the worker's own metrics where it takes those of plugins (Connect 4.1 and later), else in JMX, as {@code
     * io.kafkacourier:type=...,connector="...",task="..."}.
     *
     * @param type what kind of connector it is
     */
    public static MetricPublisher forTask(SourceTaskContext context, String type, String connector, String task) {
        try {
            return PluginMetricPublisher.of(context);
        } catch (LinkageError e) {
            log.debug("This worker takes no metrics of plugins, they go to JMX", e);
            return new JmxMetricPublisher(type, connector, task);
        }
    }

    /**
     * The same for a connector, without a task.
     *
     * @param type what kind of connector it is
     */
    public static MetricPublisher forConnector(SourceConnectorContext context, String type, String connector) {
        try {
            return PluginMetricPublisher.of(context);
        } catch (LinkageError e) {
            log.debug("This worker takes no metrics of plugins, they go to JMX", e);
            return new JmxMetricPublisher(type, connector);
        }
    }
}
