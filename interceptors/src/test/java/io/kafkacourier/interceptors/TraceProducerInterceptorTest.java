/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.kafka.emit.EmitterSettings;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceProducerInterceptorTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

    private final Emitted emitted = new Emitted();
    private final Map<String, Object> properties = new HashMap<>(Map.of(
            "bootstrap.servers",
            List.of("localhost:9092"),
            "client.id",
            "shop",
            "courier.trace.service",
            "checkout",
            "courier.trace.topic",
            "message-trace"));

    @Test
    void aRecordStartsATraceAndItsAcknowledgementReportsIt() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "k", "v");

        ProducerRecord<String, String> sent = interceptor.onSend(record);
        acknowledge(interceptor, sent);

        assertThat(record.headers()).isEmpty();
        assertThat(names(sent)).containsExactlyInAnyOrder("traceparent", "trace_id", "message_id", "trace_hops");
        assertThat(sent.key()).isEqualTo("k");
        assertThat(sent.value()).isEqualTo("v");
        JsonNode event = onlyEvent();
        assertThat(text(sent, "traceparent"))
                .isEqualTo("00-" + event.get("trace_id").textValue() + "-"
                        + event.get("span_id").textValue() + "-01");
        assertThat(text(sent, "trace_id")).isEqualTo(event.get("trace_id").textValue());
        assertThat(text(sent, "message_id")).isEqualTo(event.get("message_id").textValue());
        assertThat(text(sent, "trace_hops")).matches("v1,1;p,shop,\\d{13}");
        assertThat(event.get("event").textValue()).isEqualTo("send");
        assertThat(event.get("status").textValue()).isEqualTo("ok");
        assertThat(event.get("topic").textValue()).isEqualTo("orders");
        assertThat(event.get("partition").intValue()).isEqualTo(2);
        assertThat(event.get("offset").longValue()).isEqualTo(40);
        assertThat(event.get("record_ts").textValue()).isEqualTo("1970-01-01T00:00:07.000Z");
        assertThat(event.get("value_size").intValue()).isEqualTo(5);
        assertThat(event.get("duration_us").longValue()).isNotNegative();
        assertThat(event.get("client_id").textValue()).isEqualTo("shop");
        assertThat(event.get("node").textValue()).isEqualTo("shop");
        assertThat(event.get("service").textValue()).isEqualTo("checkout");
        // sha256("k")
        assertThat(event.get("key_hash").textValue()).isEqualTo("8254c329a92850f6");
        assertThat(event.has("parent_span_id")).isFalse();
    }

    @Test
    void aRecordContinuesTheTraceOfItsHeadersAndKeepsItsIdentity() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("traceparent", (PARENT + "01").getBytes(UTF_8));
        record.headers().add("message_id", "order-7".getBytes(UTF_8));

        ProducerRecord<String, String> first = interceptor.onSend(record);
        // producers make headers read-only, and a record can be sent again
        ((RecordHeaders) first.headers()).setReadOnly();
        ProducerRecord<String, String> again = interceptor.onSend(first);
        acknowledge(interceptor, first);
        acknowledge(interceptor, again);

        assertThat(emitted.events())
                .extracting(event -> event.get("trace_id").textValue())
                .containsOnly(PARENT.substring(3, 35));
        assertThat(emitted.events())
                .extracting(event -> event.get("message_id").textValue())
                .containsOnly("order-7");
        assertThat(emitted.events().get(0).get("parent_span_id").textValue()).isEqualTo(PARENT.substring(36, 52));
        assertThat(emitted.events().get(1).get("parent_span_id"))
                .isEqualTo(emitted.events().get(0).get("span_id"));
        assertThat(names(again)).doesNotHaveDuplicates();
    }

    @Test
    void aFailedSendIsAnErrorEventEvenOfATraceThatIsNotSampled() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("traceparent", (PARENT + "00").getBytes(UTF_8));

        ProducerRecord<String, String> sent = interceptor.onSend(record);
        RecordMetadata nowhere = new RecordMetadata(new TopicPartition("orders", -1), -1, -1, -1, -1, -1);
        interceptor.onAcknowledgement(nowhere, new TimeoutException("no broker"), sent.headers());
        acknowledge(interceptor, interceptor.onSend(record));

        JsonNode event = onlyEvent();
        assertThat(event.get("status").textValue()).isEqualTo("error");
        assertThat(event.get("error_type").textValue()).isEqualTo(TimeoutException.class.getName());
        assertThat(event.get("error_message").textValue()).isEqualTo("no broker");
        assertThat(event.get("trace_id").textValue()).isEqualTo(PARENT.substring(3, 35));
        assertThat(event.has("offset")).isFalse();
        assertThat(event.has("partition")).isFalse();
    }

    @Test
    void nothingIsReportedForARecordThatWasNeverStamped() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);

        interceptor.onAcknowledgement(metadata("offsets"), null, new RecordHeaders());
        interceptor.onAcknowledgement(metadata("offsets"), new TimeoutException("late"), new RecordHeaders());

        assertThat(emitted.events()).isEmpty();
    }

    @Test
    void aSendIsReportedIfAnotherTracerHasReplacedOurParent() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);
        ProducerRecord<String, String> sent = interceptor.onSend(new ProducerRecord<>("orders", "v"));
        String spanId = text(sent, "traceparent").substring(36, 52);

        sent.headers().remove("traceparent").add("traceparent", (PARENT + "01").getBytes(UTF_8));
        acknowledge(interceptor, sent);

        assertThat(onlyEvent().get("span_id").textValue()).isEqualTo(spanId);
    }

    @Test
    void withOlderClientsASendIsReportedWhenItBeginsAndAFailureSeparately() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(false);

        ProducerRecord<String, String> sent = interceptor.onSend(new ProducerRecord<>("orders", 1, "k", "value"));
        interceptor.onAcknowledgement(metadata("orders"), null);
        interceptor.onAcknowledgement(null, new TimeoutException("no broker"));

        assertThat(emitted.events()).hasSize(2);
        JsonNode begun = emitted.events().get(0);
        assertThat(text(sent, "traceparent")).contains(begun.get("span_id").textValue());
        assertThat(begun.has("status")).isFalse();
        assertThat(begun.has("offset")).isFalse();
        assertThat(begun.get("partition").intValue()).isEqualTo(1);
        assertThat(begun.get("value_size").intValue()).isEqualTo(5);
        assertThat(emitted.events().get(1).get("status").textValue()).isEqualTo("error");
    }

    @Test
    void withoutATopicOnlyHeadersAreWritten() {
        properties.remove("courier.trace.topic");
        properties.put("courier.trace.hops", "false");
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);

        ProducerRecord<String, String> sent = interceptor.onSend(new ProducerRecord<>("orders", "v"));
        acknowledge(interceptor, sent);
        interceptor.onAcknowledgement(null, new TimeoutException("no broker"), sent.headers());

        assertThat(names(sent)).containsExactlyInAnyOrder("traceparent", "trace_id", "message_id");
        assertThat(emitted.opened()).isEmpty();
        assertThat(emitted.events()).isEmpty();
    }

    @Test
    void theTopicOfEventsIsNeverTraced() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);
        ProducerRecord<String, String> record = new ProducerRecord<>("message-trace", "v");

        assertThat(interceptor.onSend(record)).isSameAs(record);
        interceptor.onAcknowledgement(metadata("message-trace"), new TimeoutException("late"), record.headers());

        assertThat(emitted.events()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"hash,8254c329a92850f6", "clear,k", "none,"})
    void reportsTheKeyAsConfigured(String form, String told) {
        properties.put("courier.trace.key", form);
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);

        acknowledge(interceptor, interceptor.onSend(new ProducerRecord<>("orders", "k", "v")));

        assertThat(onlyEvent().path("key_hash").textValue()).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4711", "", "0AF7651916CD43DD8448EB211C80319C", "00000000000000000000000000000000"})
    void aTraceIdOfTheApplicationIsNeverChanged(String traceId) {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("traceparent", (PARENT + "01").getBytes(UTF_8)).add("trace_id", traceId.getBytes(UTF_8));

        ProducerRecord<String, String> sent = interceptor.onSend(record);
        acknowledge(interceptor, sent);

        assertThat(text(sent, "trace_id")).isEqualTo(traceId);
        assertThat(names(sent)).doesNotHaveDuplicates();
        assertThat(onlyEvent().get("trace_id").textValue()).isEqualTo(PARENT.substring(3, 35));
        assertThat(onlyEvent().path("trace_name").asText()).isEqualTo(traceId);
    }

    @Test
    void aMessageIdThatIsNotTextIsNeverChanged() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        byte[] id = {(byte) 0xc3, 0x28, 0, 7};
        record.headers().add("message_id", id);

        ProducerRecord<String, String> sent = interceptor.onSend(record);
        acknowledge(interceptor, sent);

        assertThat(sent.headers().lastHeader("message_id").value()).isEqualTo(id);
        assertThat(onlyEvent().has("message_id")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "03", "00", "02"})
    void withoutEventsTheIncomingSpanStaysTheParent(String flags) {
        properties.remove("courier.trace.topic");
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("traceparent", (PARENT + flags).getBytes(UTF_8));

        assertThat(text(interceptor(true).onSend(record), "traceparent")).isEqualTo(PARENT + flags);
    }

    @Test
    void theIncomingSpanStaysTheParentIfTheTraceIsNotSampled() {
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("traceparent", (PARENT + "02").getBytes(UTF_8));

        assertThat(text(interceptor(true).onSend(record), "traceparent")).isEqualTo(PARENT + "02");
    }

    @Test
    void theRandomFlagIsPassedOn() {
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("traceparent", (PARENT + "ff").getBytes(UTF_8));

        assertThat(text(interceptor(true).onSend(record), "traceparent")).endsWith("-03");
    }

    @Test
    void aTraceparentThatIsKeptHasTheEventAsASibling() {
        properties.put("courier.trace.traceparent", "keep");
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("traceparent", (PARENT + "01").getBytes(UTF_8));

        ProducerRecord<String, String> sent = interceptor.onSend(record);
        acknowledge(interceptor, sent);

        assertThat(text(sent, "traceparent")).isEqualTo(PARENT + "01");
        assertThat(onlyEvent().get("parent_span_id").textValue()).isEqualTo(PARENT.substring(36, 52));
        assertThat(text(interceptor.onSend(new ProducerRecord<>("orders", "v")), "traceparent"))
                .as("for a record without one")
                .hasSize(55);
    }

    @Test
    void theHeaderOfTheTraceIdCanBeLeftOut() {
        properties.put("courier.trace.trace.id.header", "");

        assertThat(names(interceptor(true).onSend(new ProducerRecord<>("orders", "v"))))
                .containsExactlyInAnyOrder("traceparent", "message_id", "trace_hops");
    }

    @Test
    void aDecisionNotToSampleIsNotMalformed() {
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");
        record.headers().add("b3", "0".getBytes(UTF_8));
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);

        ProducerRecord<String, String> sent = interceptor.onSend(record);
        acknowledge(interceptor, sent);

        assertThat(text(sent, "traceparent")).endsWith("-00");
        assertThat(emitted.events()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"capped,no broker", "none,"})
    void errorMessagesAreLeftOutOnRequest(String form, @Nullable String message) {
        properties.put("courier.trace.error.message", form);
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);

        ProducerRecord<String, String> sent = interceptor.onSend(new ProducerRecord<>("orders", "v"));
        interceptor.onAcknowledgement(null, new TimeoutException("no broker"), sent.headers());

        assertThat(onlyEvent().path("error_message").textValue()).isEqualTo(message);
        assertThat(onlyEvent().get("error_type").textValue()).isEqualTo(TimeoutException.class.getName());
    }

    /** Creates engines from an object in the application's configuration, like Spring Boot's SSL bundles. */
    public static final class BundleEngines implements SslEngineFactory {

        static final String BUNDLE = "org.springframework.boot.ssl.SslBundle";

        private @Nullable Object bundle;

        @Override
        public void configure(Map<String, ?> configs) {
            bundle = Objects.requireNonNull(configs.get(BUNDLE), "no bundle");
        }

        @Override
        public SSLEngine createClientSslEngine(String host, int port, String identification) {
            throw new IllegalStateException("made of " + bundle);
        }

        @Override
        public SSLEngine createServerSslEngine(String host, int port) {
            throw new IllegalStateException("made of " + bundle);
        }

        @Override
        public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
            return false;
        }

        @Override
        public Set<String> reconfigurableConfigs() {
            return Set.of();
        }

        @Override
        public @Nullable KeyStore keystore() {
            return null;
        }

        @Override
        public @Nullable KeyStore truststore() {
            return null;
        }

        @Override
        public void close() {}
    }

    @Test
    void theSideProducerConnectsWithWhatOnlyTheClientHas() {
        Object bundle = new Object();
        properties.put("security.protocol", "SSL");
        properties.put("ssl.engine.factory.class", BundleEngines.class);
        properties.put(BundleEngines.BUNDLE, bundle);
        interceptor(true);

        EmitterSettings settings = emitted.opened().get(0);
        // the constructor fails if its engines find no bundle
        new KafkaProducer<>(settings.clientProperties(), new ByteArraySerializer(), new ByteArraySerializer())
                .close(Duration.ZERO);
        assertThat(settings.clientProperties()).containsEntry(BundleEngines.BUNDLE, bundle);
    }

    @Test
    void clientsWithOtherBundlesDoNotShareAProducer() {
        properties.put(BundleEngines.BUNDLE, "one");
        interceptor(true);
        properties.put(BundleEngines.BUNDLE, "another");
        interceptor(true);
        properties.put("client.id", "not what counts");
        interceptor(true);

        assertThat(emitted.opened().get(0)).isNotEqualTo(emitted.opened().get(1));
        assertThat(emitted.opened().get(1)).isEqualTo(emitted.opened().get(2));
    }

    @Test
    void theSideProducerTakesFromTheClientOnlyWhatItNeedsToConnect() {
        properties.putAll(Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "PLAIN",
                "ssl.truststore.location", "store",
                "acks", "0",
                "transactional.id", "t",
                "key.serializer", "x",
                "interceptor.classes", "y",
                "courier.trace.producer.sasl.mechanism", "SCRAM-SHA-256",
                "courier.trace.producer.linger.ms", "5"));

        interceptor(true);

        assertThat(emitted.opened()).singleElement().satisfies(settings -> {
            assertThat(settings.topic()).isEqualTo("message-trace");
            assertThat(settings.clientProperties())
                    .isEqualTo(Map.of(
                            "bootstrap.servers", List.of("localhost:9092"),
                            "security.protocol", "SASL_SSL",
                            "sasl.mechanism", "SCRAM-SHA-256",
                            "ssl.truststore.location", "store",
                            "linger.ms", "5"));
        });
    }

    @Test
    void eventsCanGoToAnotherKafka() {
        properties.put("courier.trace.bootstrap.servers", "other:9092,another:9092");

        interceptor(true);

        assertThat(emitted.opened())
                .singleElement()
                .satisfies(settings -> assertThat(settings.clientProperties())
                        .containsEntry("bootstrap.servers", List.of("other:9092", "another:9092")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            courier.trace.sampling.ratio        | 2    | must be a number from 0 to 1
            courier.trace.key                   | full | String must be one of: hash, clear, none
            courier.trace.error.message         | all  | String must be one of: capped, none
            courier.trace.traceparent           | off  | String must be one of: continue, keep
            courier.trace.trace.id.header       | b3   | has another meaning; allowed: empty, or a name other than
            courier.trace.topic                 | a b  | Invalid value a b for configuration courier.trace.topic
            courier.trace.queue.capacity        | 0    | Value must be at least 1
            courier.trace.process.max           | 0    | Value must be at least 1
            courier.trace.producer.transactional.id | t | cannot be overridden
            """)
    void refusesMistakes(String key, String value, String message) {
        properties.put(key, value);

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> interceptor(true))
                .withMessageContaining(key)
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neverThrowsAndSendsTheRecord(boolean headersComeBack) {
        TraceProducerInterceptor<String, String> broken = new TraceProducerInterceptor<>(
                settings -> {
                    throw new AssertionError("not reached");
                },
                headersComeBack);
        ProducerRecord<String, String> record = new ProducerRecord<>("orders", "v");

        assertThat(broken.onSend(record)).as("before it is configured").isSameAs(record);
        broken.onAcknowledgement(null, null);
        broken.close();

        TraceProducerInterceptor<String, String> interceptor =
                new TraceProducerInterceptor<>(settings -> new BrokenEmitter(), headersComeBack);
        interceptor.configure(properties);
        ProducerRecord<String, String> sent = interceptor.onSend(record);
        assertThat(sent.value()).isEqualTo("v");
        interceptor.onAcknowledgement(metadata("orders"), null, sent.headers());
        interceptor.onAcknowledgement(metadata("orders"), new TimeoutException("late"), sent.headers());
        interceptor.close();
    }

    @Test
    void closesItsEmitterOnce() {
        TraceProducerInterceptor<String, String> interceptor = interceptor(true);

        interceptor.close();
        interceptor.close();

        assertThat(emitted.closed()).isEqualTo(1);
    }

    private TraceProducerInterceptor<String, String> interceptor(boolean headersComeBack) {
        TraceProducerInterceptor<String, String> interceptor =
                new TraceProducerInterceptor<>(emitted::open, headersComeBack);
        interceptor.configure(properties);
        return interceptor;
    }

    private static void acknowledge(
            TraceProducerInterceptor<String, String> interceptor, ProducerRecord<String, String> sent) {
        interceptor.onAcknowledgement(metadata(sent.topic()), null, sent.headers());
    }

    private static RecordMetadata metadata(String topic) {
        return new RecordMetadata(new TopicPartition(topic, 2), 40, 0, 7_000, 1, 5);
    }

    private JsonNode onlyEvent() {
        List<JsonNode> events = emitted.events();
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static List<String> names(ProducerRecord<?, ?> record) {
        List<String> names = new ArrayList<>();
        for (Header header : record.headers()) {
            names.add(header.key());
        }
        return names;
    }

    private static String text(ProducerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
