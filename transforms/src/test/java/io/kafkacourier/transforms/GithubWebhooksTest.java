/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Routes deliveries of real webhooks as Jackson says; skipped where the file is not at hand. */
class GithubWebhooksTest {

    /** Where the file is; otherwise it is looked for in {@code shared/data} beside the working directory and above. */
    private static final String FILE_PROPERTY = "courier.test.webhooks";

    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Test
    void routesEveryDeliveryAsJacksonReadsIt() throws IOException {
        Optional<Path> file = file();
        assumeTrue(file.isPresent(), "no github-webhooks.jsonl.gz at hand");
        List<JsonNode> deliveries = read(file.get());

        assertThat(deliveries).hasSize(326);
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
                // A topic cannot hold a slash: the test for equality says that the whole text was read.
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

    private static List<JsonNode> read(Path file) throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return JACKSON.readerFor(JsonNode.class).<JsonNode>readValues(lines).readAll();
        }
    }

    private static Optional<Path> file() {
        String given = System.getProperty(FILE_PROPERTY);
        if (given != null) {
            return Optional.of(Path.of(given));
        }
        return Stream.iterate(Path.of("").toAbsolutePath(), directory -> directory != null, Path::getParent)
                .map(directory -> directory.resolve("shared/data/github-webhooks.jsonl.gz"))
                .filter(Files::isReadable)
                .findFirst();
    }

    @FunctionalInterface
    private interface Field {
        JsonNode of(JsonNode delivery);
    }
}
