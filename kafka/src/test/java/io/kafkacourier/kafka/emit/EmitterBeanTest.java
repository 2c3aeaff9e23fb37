/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import static io.kafkacourier.kafka.emit.Events.event;
import static io.kafkacourier.kafka.emit.Events.producer;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EmitterBeanTest {

    private static final String TOPIC = "events, of \"shop\"";

    private final MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
    private final Outbox outbox = new Outbox(TOPIC, 3);

    @Test
    void countsSentWaitingAndDroppedEvents() throws Exception {
        EmitterBean bean = new EmitterBean(TOPIC, outbox);
        for (int i = 0; i < 5; i++) {
            outbox.put(event("" + i));
        }
        assertThat(jmx.getAttribute(name(TOPIC), "Waiting")).isEqualTo(3);
        assertThat(jmx.getAttribute(name(TOPIC), "Dropped")).isEqualTo(2L);

        outbox.sendAll(producer(true), () -> true);

        assertThat(jmx.getAttribute(name(TOPIC), "Waiting")).isEqualTo(0);
        assertThat(jmx.getAttribute(name(TOPIC), "Sent")).isEqualTo(3L);
        bean.close();
    }

    @Test
    @Timeout(30)
    void existsAsLongAsTheEmitter() throws Exception {
        EmitterSettings settings =
                new EmitterSettings("bean-events", 6, 3, Map.of("bootstrap.servers", "localhost:9092"));
        CountDownLatch opened = new CountDownLatch(1);
        EmitterThread emitter = EmitterThread.start(
                settings,
                () -> {
                    opened.countDown();
                    return producer(true);
                },
                Duration.ofMillis(1),
                Duration.ofSeconds(20));
        opened.await();
        assertThat(jmx.isRegistered(name("bean-events"))).isTrue();

        emitter.close();

        assertThat(jmx.isRegistered(name("bean-events"))).isFalse();
    }

    private static ObjectName name(String topic) throws Exception {
        return new ObjectName("io.kafkacourier:type=trace-emitter,topic=" + ObjectName.quote(topic) + ",id=0");
    }
}
