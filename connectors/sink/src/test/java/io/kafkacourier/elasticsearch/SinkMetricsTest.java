/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class SinkMetricsTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void survivesTheLateCloseOfAnEarlierTask() throws Exception {
        ObjectName name = name("overlap");
        SinkMetrics earlier = new SinkMetrics();
        SinkMetrics later = new SinkMetrics();
        AutoCloseable earlierPublished = earlier.publish("overlap", "0");
        AutoCloseable laterPublished = later.publish("overlap", "0");
        later.indexed();

        earlierPublished.close();

        assertThat(server.getAttribute(name, "Documents")).isEqualTo(1L);
        laterPublished.close();
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void isWithdrawnOnceAndNeverFails() throws Exception {
        AutoCloseable published = new SinkMetrics().publish("once", "0");
        server.unregisterMBean(name("once"));
        assertThatCode(published::close).doesNotThrowAnyException();
        assertThatCode(published::close).doesNotThrowAnyException();
    }

    @Test
    void countsTheDestinationsThatSomebodyHasToFix() {
        SinkMetrics metrics = new SinkMetrics();
        metrics.faulty("index template", true);
        metrics.faulty("index template", true);
        metrics.faulty("index a", true);
        assertThat(metrics.getDestinationFault()).isEqualTo(2);
        metrics.faulty("index template", false);
        assertThat(metrics.getDestinationFault()).isEqualTo(1);
    }

    private static ObjectName name(String connector) throws Exception {
        return new ObjectName(
                "io.kafkacourier:type=elasticsearch-trace-sink,connector=\"" + connector + "\",task=\"0\"");
    }
}
