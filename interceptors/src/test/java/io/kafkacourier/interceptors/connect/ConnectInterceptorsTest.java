/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectInterceptorsTest {

    @Test
    void workersFindThemAsPredicatesThatNoRecordMatches() {
        SinkRecord record = new SinkRecord("orders", 0, null, null, null, "value", 0);
        List<?> found = ServiceLoader.load(Predicate.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();

        assertThat(found)
                .hasExactlyElementsOfTypes(
                        ConnectTraceProducerInterceptor.class, ConnectTraceConsumerInterceptor.class);
        ConnectTraceProducerInterceptor<String, String, SinkRecord> producers = new ConnectTraceProducerInterceptor<>();
        ConnectTraceConsumerInterceptor<String, String, SinkRecord> consumers = new ConnectTraceConsumerInterceptor<>();
        assertThat(producers.test(record)).isFalse();
        assertThat(consumers.test(record)).isFalse();
        assertThat(producers.config().names()).isEmpty();
        assertThat(consumers.config().names()).isEmpty();
        assertThat(producers.version()).isEqualTo(consumers.version()).isNotEmpty();
    }

    @Test
    void aSinkTaskRemembersFewerMessagesThanAPlainConsumerByDefault() {
        String key = "courier.trace.process.max";

        assertThat(ConnectTraceConsumerInterceptor.withDefault(Map.of("client.id", "c")))
                .isEqualTo(Map.of("client.id", "c", key, 10_000));
        assertThat(ConnectTraceConsumerInterceptor.withDefault(Map.of(key, "50000")))
                .isEqualTo(Map.of(key, "50000"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            connector-producer-my-source-0 | ["my-source",{"file":"a"}] | true
            connector-producer-my-source-0 | ["my-source-2",{}]         | false
            connector-producer-my-source-0 | my-source                  | false
            connector-offset-producer-s-1  | ["s-1",{}]                 | true
            connector-offset-producer-s-1  | ["s",{}]                   | false
            connector-dlq-producer-s-0     | ["s",{}]                   | false
            connector-producer--0          | ["",{}]                    | false
            connector-producer-            | ["",{}]                    | false
            """)
    void theOffsetsOfATaskAreNotTraced(String clientId, String key, boolean isLeftAlone) {
        ConnectTraceProducerInterceptor<byte[], byte[], SinkRecord> interceptor =
                new ConnectTraceProducerInterceptor<>();
        interceptor.configure(Map.of("client.id", clientId));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("offsets", key.getBytes(UTF_8), new byte[0]);

        assertThat(interceptor.onSend(record).headers().toArray().length == 0).isEqualTo(isLeftAlone);
    }
}
