/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class InterceptorBeanTest {

    private static final byte[] MALFORMED = "00-broken".getBytes(UTF_8);

    private final MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
    private final Emitted emitted = new Emitted();
    private final Map<String, Object> properties = new HashMap<>(Map.of(
            "bootstrap.servers",
            "localhost:9092",
            "client.id",
            "counted",
            "courier.trace.topic",
            "message-trace",
            "courier.trace.process.max",
            "1"));

    @Test
    void countsProblemsOfAProducerUntilItIsClosed() throws Exception {
        TraceProducerInterceptor<String, String> interceptor = new TraceProducerInterceptor<>(emitted::open, true);
        interceptor.configure(properties);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("traceparent", MALFORMED);

        interceptor.onSend(record);

        ObjectName name = new ObjectName("io.kafkacourier:type=trace-producer,client-id=\"counted\",id=0");
        assertThat(jmx.getAttribute(name, "MalformedHeaders")).isEqualTo(1L);
        assertThat(jmx.getAttribute(name, "ConflictingTraceIds")).isEqualTo(0L);
        assertThat(jmx.getAttribute(name, "ForgottenMessages")).isEqualTo(0L);
        assertThat(jmx.getAttribute(name, "Mishaps")).isEqualTo(0L);
        interceptor.close();
        assertThat(jmx.isRegistered(name)).isFalse();
    }

    @Test
    void countsAProducersConflictsAndAcknowledgementsItCannotReport() throws Exception {
        TraceProducerInterceptor<String, String> interceptor = new TraceProducerInterceptor<>(emitted::open, true);
        interceptor.configure(properties);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers()
                .add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(UTF_8))
                .add("trace_id", "another".getBytes(UTF_8));

        RecordHeaders copied = new RecordHeaders();
        interceptor.onSend(record).headers().forEach(header -> copied.add(header.key(), header.value()));
        interceptor.onAcknowledgement(
                new RecordMetadata(new TopicPartition("orders", 0), 7, 0, 1_000, -1, 1), null, copied);

        ObjectName name = new ObjectName("io.kafkacourier:type=trace-producer,client-id=\"counted\",id=0");
        assertThat(jmx.getAttribute(name, "ConflictingTraceIds")).isEqualTo(1L);
        assertThat(jmx.getAttribute(name, "Mishaps")).isEqualTo(1L);
        interceptor.close();
    }

    @Test
    void countsProblemsOfAConsumerUntilItIsClosed() throws Exception {
        TraceConsumerInterceptor<String, String> interceptor = new TraceConsumerInterceptor<>(emitted::open);
        interceptor.configure(properties);

        interceptor.onConsume(records(7, 8, 9));

        ObjectName name = new ObjectName("io.kafkacourier:type=trace-consumer,client-id=\"counted\",id=0");
        assertThat(jmx.getAttribute(name, "MalformedHeaders")).isEqualTo(3L);
        assertThat(jmx.getAttribute(name, "ForgottenMessages")).isEqualTo(2L);
        assertThat(jmx.getAttribute(name, "Mishaps")).isEqualTo(0L);
        interceptor.close();
        assertThat(jmx.isRegistered(name)).isFalse();
    }

    @Test
    void countsItsOwnFailuresAndLeavesTheRecordsAsTheyAre() throws Exception {
        TraceConsumerInterceptor<String, String> interceptor =
                new TraceConsumerInterceptor<>(settings -> new BrokenEmitter());
        interceptor.configure(properties);

        interceptor.onConsume(records(7));

        ObjectName name = new ObjectName("io.kafkacourier:type=trace-consumer,client-id=\"counted\",id=0");
        assertThat(jmx.getAttribute(name, "Mishaps")).isEqualTo(1L);
        interceptor.close();
        assertThat(jmx.isRegistered(name)).isFalse();
    }

    @Test
    void aClientWithoutANameCountsToo() throws Exception {
        properties.remove("client.id");
        TraceProducerInterceptor<String, String> interceptor = new TraceProducerInterceptor<>(emitted::open, true);

        interceptor.configure(properties);

        ObjectName name = new ObjectName("io.kafkacourier:type=trace-producer,client-id=\"\",id=0");
        assertThat(jmx.getAttribute(name, "MalformedHeaders")).isEqualTo(0L);
        interceptor.close();
    }

    private static ConsumerRecords<String, String> records(long... offsets) {
        TopicPartition partition = new TopicPartition("orders", 2);
        List<ConsumerRecord<String, String>> records =
                Arrays.stream(offsets).mapToObj(InterceptorBeanTest::record).toList();
        return new ConsumerRecords<>(Map.of(partition, records), Map.of());
    }

    private static ConsumerRecord<String, String> record(long offset) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", MALFORMED);
        return new ConsumerRecord<>(
                "orders", 2, offset, 1_000, TimestampType.CREATE_TIME, 1, 1, "k", "v", headers, Optional.empty());
    }
}
