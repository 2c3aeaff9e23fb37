/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example {@code route-kafka-to-kafka.json} splits one topic of mixed events into topics of tenants and types. */
class KafkaToKafkaRoutingIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String EXAMPLE = "route-kafka-to-kafka";
    private static final String INPUT = "events";
    private static final String INVALID = "invalid_routing";
    /** All topics that the connector can write to, without the input and the worker's topics. */
    private static final String OUTPUTS = ".+\\..+|invalid_.+";
    /** The number of events of each tenant and type. */
    private static final int ROUNDS = 25;

    private static final List<String> TYPES = List.of("order.created", "order.paid", "payment.failed");

    private static final Duration ORDERS_RETENTION = Duration.ofDays(7);
    private static final Duration PAYMENTS_RETENTION = Duration.ofDays(90);
    private static final Duration INVALID_RETENTION = Duration.ofDays(30);

    /** The settings of a created topic. */
    private record Created(int partitions, Duration retention) {}

    private static Cluster cluster;
    private static final List<RoutedEvent> EXPECTED = new ArrayList<>();
    private static final List<RoutedEvent> READ = new ArrayList<>();

    @BeforeAll
    static void routeMixedEvents() throws Exception {
        cluster = Cluster.start("kafka-to-kafka-routing-it");
        cluster.topics().create(3, INPUT);
        writeMixedEvents();
        cluster.startConnector(EXAMPLE, ExampleFile.read(EXAMPLE, cluster));
        writeMixedEvents();
        try (TopicReader reader = cluster.topics().reader(OUTPUTS)) {
            reader.readUntil(records -> records.size() >= EXPECTED.size(), LIMIT);
            for (String topic : outputs()) {
                reader.readTo(cluster.topics().endOffsets(topic), LIMIT);
            }
            reader.records().stream().map(RoutedEvent::read).forEach(READ::add);
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void eachEventIsInTheTopicOfItsTenantAndTypeOnceAndUnchanged() {
        assertThat(READ)
                .filteredOn(event -> !event.topic().equals(INVALID))
                .containsExactlyInAnyOrderElementsOf(EXPECTED.stream()
                        .filter(event -> !event.topic().equals(INVALID))
                        .toList());
    }

    @Test
    void eachEventThatCannotBeRoutedIsInTheErrorTopicOnceWithTheReason() {
        assertThat(READ)
                .filteredOn(event -> event.topic().equals(INVALID))
                .containsExactlyInAnyOrderElementsOf(EXPECTED.stream()
                        .filter(event -> event.topic().equals(INVALID))
                        .toList());
    }

    @Test
    void topicsAreCreatedWithThePartitionsAndTheRetentionOfTheirGroup() throws Exception {
        Map<String, Created> expected = new HashMap<>();
        for (String tenant : List.of("acme", "globex", "in-1")) {
            expected.put(tenant + ".order.created", new Created(3, ORDERS_RETENTION));
            expected.put(tenant + ".order.paid", new Created(3, ORDERS_RETENTION));
            expected.put(tenant + ".payment.failed", new Created(6, PAYMENTS_RETENTION));
            expected.put(tenant + ".deleted", new Created(3, ORDERS_RETENTION));
        }
        expected.put("events.unrouted", new Created(3, ORDERS_RETENTION));
        expected.put(INVALID, new Created(1, INVALID_RETENTION));

        Map<String, Created> created = created();
        created.remove("invalid_delay"); // created by the connector itself, with the broker's defaults

        assertThat(created).isEqualTo(expected);
    }

    @Test
    void noTierTopicsAreCreated() {
        assertThat(cluster.topics().names()).noneMatch(topic -> topic.startsWith(EXAMPLE + ".delay."));
    }

    private static void writeMixedEvents() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            for (String tenant : List.of("acme", "globex", "in-1")) {
                for (String type : TYPES) {
                    String body = "{ \"id\":%d, \"type\" : \"%s\", \"sum\":1.50, \"to\":\"Zoë \\u00e9 \uD83D\uDE9A\" }"
                            .formatted(round, type);
                    writeRoutable(tenant + "." + type, tenant, bytes("k" + round), bytes(body));
                }
                writeRoutable(tenant + ".deleted", tenant, bytes("k" + round), null);
            }
            byte[] paid = bytes("{\"type\":\"order.paid\",\"type\":\"order.created\"}");
            writeRoutable("acme.order.paid", "acme", null, paid);
            writeRoutable("acme.order.paid", "acme", new byte[] {(byte) 0xff, 0, (byte) 0xc3}, paid);
            writeUnroutable("BODY_NOT_JSON", "event", "acme", bytes("{\"id\":17,\"type\""));
            writeUnroutable("BODY_NOT_JSON", "event", "acme", new byte[] {(byte) 0xff, 0, (byte) 0xc3});
            writeUnroutable("FIELD_MISSING", "event", "acme", bytes("{\"id\":17}"));
            writeUnroutable("FIELD_MISSING", "event", "acme", bytes("[17]"));
            writeUnroutable("FIELD_MISSING", "event", null, paid);
            writeUnroutable("FIELD_MISSING", "deletion", null, null);
            writeUnroutable("ILLEGAL_TOPIC", "event", "ac/me", paid);
            writeUnroutable("ILLEGAL_TOPIC", "event", "a".repeat(250), paid);
            writeUnroutable("TOPIC_NOT_ALLOWED", "event", "ACME", paid);
            writeUnroutable("TOPIC_NOT_ALLOWED", "deletion", "__acme", null);
            writeUnroutable("TOPIC_NOT_ALLOWED", "event", "acme", bytes("{\"type\":\"login\"}"));
        }
    }

    private static void writeRoutable(String topic, String tenant, byte @Nullable [] key, byte @Nullable [] value)
            throws Exception {
        write(topic, tenant, key, value, Map.of());
    }

    private static void writeUnroutable(String reason, String rule, @Nullable String tenant, byte @Nullable [] value)
            throws Exception {
        write(
                INVALID,
                tenant,
                bytes("k"),
                value,
                Map.of(
                        "__courier.route.reason", reason,
                        "__courier.route.rule", rule,
                        "__courier.route.topic", "events.unrouted"));
    }

    private static void write(
            String topic,
            @Nullable String tenant,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Map<String, String> reasons)
            throws Exception {
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(INPUT, key, value);
        event.headers().add("trail", bytes("first"));
        if (EXPECTED.size() % 10 == 0) {
            event.headers().add("delay", bytes("1h"));
        }
        if (tenant != null) {
            event.headers().add("tenant_id", bytes(tenant));
        }
        event.headers()
                .add("trail", new byte[] {(byte) 0xff, 0, (byte) 0xc3})
                .add("number", bytes("007"))
                .add("empty", new byte[0])
                .add("null", null);
        RecordMetadata position = cluster.topics().send(event).get();
        EXPECTED.add(RoutedEvent.expected(topic, event, position, reasons));
    }

    private static Set<String> outputs() {
        Set<String> names = new TreeSet<>(cluster.topics().names());
        names.removeIf(name -> !name.matches(OUTPUTS));
        return names;
    }

    private static Map<String, Created> created() throws Exception {
        Set<String> names = outputs();
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(names).allTopicNames().get();
            return new HashMap<>(admin.describeConfigs(resources).all().get().entrySet().stream()
                    .collect(toMap(
                            config -> config.getKey().name(),
                            config -> new Created(
                                    Objects.requireNonNull(
                                                    topics.get(config.getKey().name()))
                                            .partitions()
                                            .size(),
                                    retention(config.getValue())))));
        }
    }

    private static Duration retention(Config config) {
        ConfigEntry retention = config.get("retention.ms");
        return Duration.ofMillis(Long.parseLong(retention.value()));
    }
}
