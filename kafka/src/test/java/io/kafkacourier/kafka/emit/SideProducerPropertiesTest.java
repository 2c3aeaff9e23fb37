/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SideProducerPropertiesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bootstrap.servers",
                "client.dns.lookup",
                "security.protocol",
                "security.providers",
                "sasl.jaas.config",
                "sasl.login.callback.handler.class",
                "ssl.engine.factory.class",
                "ssl.truststore.location",
                "org.springframework.boot.ssl.SslBundle",
                "my.company.vault.path",
                "connections.max.idle.ms",
                "reconnect.backoff.ms",
                "socket.connection.setup.timeout.ms",
                "send.buffer.bytes",
                "metadata.max.age.ms"
            })
    void copiesThePropertiesForConnecting(String key) {
        assertThat(SideProducerProperties.ofClient(Map.of(key, "x"))).isEqualTo(Map.of(key, "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client.id",
                "key.serializer",
                "value.serializer",
                "key.deserializer",
                "value.deserializer",
                "interceptor.classes",
                "transactional.id",
                "transaction.timeout.ms",
                "enable.idempotence",
                "acks",
                "retries",
                "retry.backoff.ms",
                "request.timeout.ms",
                "delivery.timeout.ms",
                "max.block.ms",
                "max.in.flight.requests.per.connection",
                "compression.type",
                "compression.zstd.level",
                "linger.ms",
                "batch.size",
                "buffer.memory",
                "max.request.size",
                "partitioner.class",
                "metric.reporters",
                "metrics.num.samples",
                "metrics.context.connect.group.id",
                "auto.include.jmx.reporter",
                "enable.metrics.push",
                "group.id",
                "group.instance.id",
                "group.protocol",
                "session.timeout.ms",
                "auto.offset.reset",
                "isolation.level",
                "fetch.max.bytes",
                "max.poll.records",
                "enable.auto.commit",
                "default.api.timeout.ms",
                "config.providers",
                "config.providers.file.class",
                "courier.trace.topic",
                "courier.routing.rules",
                "__stream.thread.instance__"
            })
    void leavesOutPropertiesForTheClientsOwnWork(String key) {
        assertThat(SideProducerProperties.ofClient(Map.of(key, "x"))).isEmpty();
    }

    @Test
    void leavesOutPropertiesWithoutValue() {
        Map<String, Object> client = new HashMap<>();
        client.put("ssl.keystore.location", null);

        assertThat(SideProducerProperties.ofClient(client)).isEmpty();
    }

    /**
     * A producer refuses a delivery.timeout.ms below linger.ms plus request.timeout.ms, which can be high for a slow
     * consumer.
     */
    @Test
    void copiesNoTimeoutsThatAProducerWouldRefuse() {
        Map<String, Object> properties = SideProducerProperties.ofClient(Map.of(
                "bootstrap.servers", "localhost:9092",
                "request.timeout.ms", "300000",
                "delivery.timeout.ms", "600000",
                "enable.idempotence", "true",
                "max.in.flight.requests.per.connection", "50"));
        properties.put("key.serializer", ByteArraySerializer.class);
        properties.put("value.serializer", ByteArraySerializer.class);

        assertThat(new ProducerConfig(properties).getInt("request.timeout.ms")).isEqualTo(30_000);
    }
}
