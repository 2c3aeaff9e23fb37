/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class JmxMetricPublisherTest {

    private static final Metric HELD = new Metric("held-count", "Messages held.", null);
    private static final Metric HELD_BYTES = new Metric("held-bytes", "Their memory.", null);
    private static final Metric PENDING = new Metric("pending-count", "Messages pending.", "topic");

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final ObjectName task = name("");
    private final ObjectName orders = name(",topic=\"orders\"");

    @Test
    void publishesEachMetricAsAnAttributeUnderItsTags() throws JMException {
        AtomicLong held = new AtomicLong(1);
        try (MetricPublisher publisher = publisher()) {
            publisher.publish(HELD, held::get);
            publisher.publish(HELD_BYTES, () -> 2);
            publisher.publish(PENDING, "orders", () -> 3.0);
            held.set(4);

            assertThat(server.getAttribute(task, "held-count")).isEqualTo(4L);
            assertThat(server.getAttributes(task, new String[] {"held-bytes", "other"}))
                    .containsExactly(new Attribute("held-bytes", 2));
            assertThat(server.getAttribute(orders, "pending-count")).isEqualTo(3.0);
            assertThat(server.getMBeanInfo(task).getAttributes())
                    .extracting(MBeanAttributeInfo::getName, MBeanAttributeInfo::getDescription)
                    .containsExactly(tuple("held-bytes", "Their memory."), tuple("held-count", "Messages held."));
            assertThatExceptionOfType(AttributeNotFoundException.class)
                    .isThrownBy(() -> server.getAttribute(task, "other"));
            assertThatExceptionOfType(AttributeNotFoundException.class)
                    .isThrownBy(() -> server.setAttribute(task, new Attribute("held-count", 1)));
        }

        assertThat(server.isRegistered(task)).isFalse();
        assertThat(server.isRegistered(orders)).isFalse();
    }

    @Test
    void replacesBeansOfAnEarlierRunAndIsNotRemovedByIt() throws JMException {
        try (MetricPublisher later = publisher()) {
            try (MetricPublisher earlier = publisher()) {
                earlier.publish(HELD, () -> 1);
                later.publish(HELD, () -> 2);
            }

            assertThat(server.getAttribute(task, "held-count")).isEqualTo(2);
        }
        assertThat(server.isRegistered(task)).isFalse();
    }

    @Test
    void declaresTheTypeOfEachValueAndShowsText() throws JMException {
        Metric count = new Metric("Count", "How many.", null, long.class);
        Metric error = new Metric("LastError", "Why.", null, String.class);
        try (MetricPublisher publisher = publisher()) {
            publisher.publish(HELD, () -> 1);
            publisher.publish(count, () -> 2L);
            publisher.publishText(error, () -> "refused");

            assertThat(server.getAttribute(task, "LastError")).isEqualTo("refused");
            assertThat(server.getMBeanInfo(task).getAttributes())
                    .extracting(MBeanAttributeInfo::getName, MBeanAttributeInfo::getType)
                    .containsExactly(
                            tuple("Count", "long"),
                            tuple("LastError", "java.lang.String"),
                            tuple("held-count", "java.lang.Number"));
        }
    }

    private static MetricPublisher publisher() {
        return new JmxMetricPublisher("delay-source", "jmx test", "0");
    }

    private static ObjectName name(String tags) {
        try {
            return new ObjectName("io.kafkacourier:type=delay-source,connector=\"jmx test\",task=\"0\"" + tags);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
