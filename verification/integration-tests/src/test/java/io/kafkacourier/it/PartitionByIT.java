/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static io.kafkacourier.it.Messages.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code partition.by} chooses the same partition for a text as a producer chooses for a record with that key. */
class PartitionByIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int PARTITIONS = 7;
    /** More partitions than configured, so that the broker would also accept other partitions. */
    private static final int EXISTING_PARTITIONS = 16;

    private static final int TEXTS = 400;
    private static final List<String> LETTERS = List.of("aZ09 _-.", "äöüßÿ\u0080", "Жя\u07ff", "日本\uffee", "😀🚚");

    private static final JsonMapper PLAIN = new JsonMapper();
    private static final JsonMapper ESCAPING =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static Cluster cluster;
    private static final List<String> CUSTOMERS = texts();
    /** The partition of each customer. */
    private static final Map<String, Integer> CHOSEN_BY_THE_PRODUCER = new TreeMap<>();

    @BeforeAll
    static void writeRecordsWithThoseKeys() throws Exception {
        cluster = Cluster.start("partition-by-it");
        cluster.topics().create(PARTITIONS, "keyed");
        Map<String, Future<RecordMetadata>> sent = new TreeMap<>();
        for (String customer : CUSTOMERS) {
            sent.put(customer, cluster.topics().send(new ProducerRecord<>("keyed", bytes(customer), null)));
        }
        for (String customer : CUSTOMERS) {
            CHOSEN_BY_THE_PRODUCER.put(
                    customer, Objects.requireNonNull(sent.get(customer)).get().partition());
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "header.customer", "value.customer", "value.escaped"})
    void choosesThePartitionThatTheProducerChoosesForThatKey(String source) {
        String input = "in-" + source;
        String output = "out-" + source;
        cluster.topics().create(1, input);
        cluster.topics().create(EXISTING_PARTITIONS, output);
        cluster.topics().sendAll(messages(input));

        cluster.startConnector("by-" + source, router(input, output, source));

        Map<String, Integer> chosen = new TreeMap<>();
        try (TopicReader reader = cluster.topics().reader(output.replace(".", "\\."))) {
            for (var record : reader.readUntil(records -> records.size() >= CUSTOMERS.size(), LIMIT)) {
                chosen.put(CUSTOMERS.get(Integer.parseInt(header(record, "number"))), record.partition());
            }
        }
        assertThat(chosen).isEqualTo(CHOSEN_BY_THE_PRODUCER);
        assertThat(chosen.values()).allMatch(partition -> partition < PARTITIONS);
        assertThat(Set.copyOf(chosen.values())).as("partitions that are used").hasSize(PARTITIONS);
        cluster.rest().deleteConnector("by-" + source);
    }

    private static Map<String, String> router(String input, String output, String source) {
        return DelayConnector.config(
                cluster,
                Map.ofEntries(
                        Map.entry("topics", input),
                        Map.entry("target.topic", output),
                        Map.entry("target.topic.header", ""),
                        Map.entry("delay.max", "0s"),
                        Map.entry("transforms", "route"),
                        Map.entry("transforms.route.type", "io.kafkacourier.transforms.ContentRouter"),
                        Map.entry("transforms.route.rules", "all"),
                        Map.entry("transforms.route.rules.all.when", "topic exists"),
                        Map.entry("transforms.route.rules.all.to", output),
                        Map.entry("transforms.route.partition.by", source),
                        Map.entry("transforms.route.partition.count", Integer.toString(PARTITIONS))));
    }

    /** A message for each customer, which is the key, a header and a field of the body. */
    private static List<ProducerRecord<byte[], byte[]>> messages(String topic) {
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
        for (String customer : CUSTOMERS) {
            ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                    topic,
                    bytes(customer),
                    bytes("{\"customer\":%s,\"escaped\":%s}"
                            .formatted(json(PLAIN, customer), json(ESCAPING, customer))));
            message.headers().add("customer", bytes(customer)).add("number", bytes(Integer.toString(messages.size())));
            messages.add(message);
        }
        return messages;
    }

    private static String json(JsonMapper mapper, String text) {
        try {
            return mapper.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Texts with characters of every length in UTF-8. None starts or ends with whitespace, which a header would lose.
     */
    private static List<String> texts() {
        Random random = new Random(7);
        Set<String> texts = new LinkedHashSet<>(List.of("acme", "007", "17.0", "true", "x".repeat(10_000)));
        while (texts.size() < TEXTS) {
            StringBuilder text = new StringBuilder();
            for (int left = 1 + random.nextInt(20); left > 0; left--) {
                int[] letters =
                        LETTERS.get(random.nextInt(LETTERS.size())).codePoints().toArray();
                text.appendCodePoint(letters[random.nextInt(letters.length)]);
            }
            String stripped = text.toString().strip();
            if (!stripped.isEmpty()) {
                texts.add(stripped);
            }
        }
        return List.copyOf(texts);
    }
}
