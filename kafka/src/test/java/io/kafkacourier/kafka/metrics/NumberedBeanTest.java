/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class NumberedBeanTest {

    private static final String VALUE = "events, of \"shop\"";

    private final MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();

    /** The attributes of a bean. */
    public interface CountMXBean {

        long getCount();
    }

    private record Count(long getCount) implements CountMXBean {}

    @Test
    void showsItsAttributesUntilItIsClosed() throws Exception {
        NumberedBean bean = NumberedBean.register(new Count(7), "count", "topic", VALUE);
        assertThat(jmx.getAttribute(name(0), "Count")).isEqualTo(7L);

        bean.close();

        assertThat(jmx.isRegistered(name(0))).isFalse();
    }

    @Test
    void distinguishesBeansWithTheSameName() throws Exception {
        NumberedBean first = NumberedBean.register(new Count(1), "count", "topic", VALUE);
        NumberedBean second = NumberedBean.register(new Count(2), "count", "topic", VALUE);
        assertThat(jmx.getAttribute(name(1), "Count")).isEqualTo(2L);

        first.close();
        NumberedBean third = NumberedBean.register(new Count(3), "count", "topic", VALUE);
        assertThat(jmx.getAttribute(name(0), "Count")).isEqualTo(3L);
        assertThat(jmx.getAttribute(name(1), "Count")).isEqualTo(2L);

        second.close();
        third.close();
        assertThat(jmx.isRegistered(name(0))).isFalse();
        assertThat(jmx.isRegistered(name(1))).isFalse();
    }

    @Test
    void continuesIfJmxRefuses() throws Exception {
        NumberedBean refused = NumberedBean.register("no bean", "count", "topic", VALUE);

        assertThat(jmx.isRegistered(name(0))).isFalse();
        refused.close();
    }

    @Test
    void closesIfTheBeanWasAlreadyRemoved() throws Exception {
        NumberedBean bean = NumberedBean.register(new Count(7), "count", "topic", VALUE);
        jmx.unregisterMBean(name(0));

        bean.close();

        assertThat(jmx.isRegistered(name(0))).isFalse();
    }

    private static ObjectName name(int id) throws Exception {
        return new ObjectName("io.kafkacourier:type=count,topic=" + ObjectName.quote(VALUE) + ",id=" + id);
    }
}
