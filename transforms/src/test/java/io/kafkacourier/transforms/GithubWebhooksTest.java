/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/**
 * Routes webhook deliveries in GitHub's form, and compares the results with Jackson's. {@code webhooks.jsonl} contains
 * deliveries with invented names. {@code -Dcourier.test.webhooks} names another file of that form, which can be
 * gzipped.
 */
class GithubWebhooksTest {

    private static final String FILE_PROPERTY = "courier.test.webhooks";

    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Test
    void routesEveryDeliveryAsJacksonReadsIt() throws IOException {
        List<JsonNode> deliveries = deliveries();

        assertThat(deliveries).isNotEmpty();
        assertRouted(deliveries, "header.event", delivery -> delivery.get("event"));
        assertRouted(deliveries, "value.action", delivery -> delivery.at("/payload/action"));
        assertRouted(
                deliveries, "value.repository.full_name", delivery -> delivery.at("/payload/repository/full_name"));
        assertRouted(deliveries, "value.sender.id", delivery -> delivery.at("/payload/sender/id"));
    }

    private static void assertRouted(List<JsonNode> deliveries, String source, Field field) throws IOException {
        try (ContentRouter<SourceRecord> router = new ContentRouter<>()) {
            for (JsonNode delivery : deliveries) {
                JsonNode expected = field.of(delivery);
                // A topic cannot contain a slash, so the test for equality checks that the whole text was read.
                String literal = expected.isTextual()
                        ? "'" + expected.textValue().replace("'", "''") + "'"
                        : expected.toString();
                router.configure(Map.of(
                        "rules", "equal,absent",
                        "rules.equal.when", source + " == " + (expected.isMissingNode() ? "null" : literal),
                        "rules.equal.to", "equal",
                        "rules.absent.when", source + " not exists",
                        "rules.absent.to", "absent",
                        "error.behavior", "fail"));

                assertThat(router.apply(message(delivery)))
                        .as("%s of %s", source, delivery.get("event"))
                        .extracting(SourceRecord::topic)
                        .isEqualTo(expected.isMissingNode() ? "absent" : "equal");
            }
        }
    }

    private static SourceRecord message(JsonNode delivery) throws IOException {
        return new SourceRecord(
                Map.of(),
                Map.of(),
                "webhooks",
                null,
                null,
                null,
                Schema.BYTES_SCHEMA,
                JACKSON.writeValueAsBytes(delivery.get("payload")),
                null,
                new ConnectHeaders().addString("event", delivery.get("event").textValue()));
    }

    private static List<JsonNode> deliveries() throws IOException {
        String given = System.getProperty(FILE_PROPERTY);
        try (InputStream file = given == null ? shipped() : opened(Path.of(given));
                BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return JACKSON.readerFor(JsonNode.class).<JsonNode>readValues(lines).readAll();
        }
    }

    private static InputStream shipped() {
        return Objects.requireNonNull(GithubWebhooksTest.class.getResourceAsStream("/webhooks.jsonl"));
    }

    private static InputStream opened(Path file) throws IOException {
        InputStream bytes = Files.newInputStream(file);
        return file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
    }

    @FunctionalInterface
    private interface Field {
        JsonNode of(JsonNode delivery);
    }
}
