/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses where the metrics of a task or a connector go. */
public final class MetricPublishers {

    private static final Logger log = LoggerFactory.getLogger(MetricPublishers.class);

    private MetricPublishers() {}

    /**
     * Publishes only in JMX, as {@code io.kafkacourier:type=...,connector="...",task="..."}, for every version of the
     * worker.
     *
     * @param type the kind of connector
     */
    public static MetricPublisher inJmx(String type, String connector, String task) {
        return new JmxMetricPublisher(type, connector, task);
    }

    /**
     * Publishes among the worker's own metrics if it supports metrics of plugins (Connect 4.1 and later), otherwise in
     * JMX, as {@code io.kafkacourier:type=...,connector="...",task="..."}.
     *
     * @param type the kind of connector
     */
    public static MetricPublisher forTask(SourceTaskContext context, String type, String connector, String task) {
        try {
            return PluginMetricPublisher.of(context);
        } catch (LinkageError e) {
            log.debug("This worker does not support metrics of plugins; they go to JMX", e);
            return new JmxMetricPublisher(type, connector, task);
        }
    }

    /**
     * The same for a connector, without a task.
     *
     * @param type the kind of connector
     */
    public static MetricPublisher forConnector(SourceConnectorContext context, String type, String connector) {
        try {
            return PluginMetricPublisher.of(context);
        } catch (LinkageError e) {
            log.debug("This worker does not support metrics of plugins; they go to JMX", e);
            return new JmxMetricPublisher(type, connector);
        }
    }
}
