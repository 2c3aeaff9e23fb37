/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.elasticsearch.TestConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Kibana shows an empty panel for a field that is not there: those that the saved objects use are in the template. */
class KibanaObjectsTest {

    private static final Path FILE = Path.of("..", "..", "docker", "kibana", "kafka-messages.ndjson");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The field of one comparison of a query. */
    private static final Pattern QUERIED = Pattern.compile("([\\w@.]+) *[:<>]");
    /** A field of a document in the expressions and encodings of a Vega specification. */
    private static final Pattern IN_VEGA = Pattern.compile("_source(?:\\.(\\w+)|\\['([^']+)'])");

    private final List<JsonNode> objects = read();

    @Test
    void everyFieldIsInTheTemplate() throws IOException {
        JsonNode properties = JSON.readTree(new TemplateBody(TestConfigs.template(Map.of())).template(Deleter.JANITOR))
                .path("template")
                .path("mappings")
                .path("properties");

        Set<String> used = new TreeSet<>();
        objects.forEach(object -> collect(object, used));

        assertThat(used).contains("@timestamp", "lateness_ms", "queue_delay_ms", "error_type", "message_id", "event");
        assertThat(used).allMatch(properties::has, "is a field of the template");
    }

    @Test
    void everyReferenceIsToAnObjectOfTheFile() {
        Set<String> known = objects.stream()
                .map(object ->
                        object.path("type").asText() + " " + object.path("id").asText())
                .collect(toSet());

        assertThat(objects.stream()
                        .flatMap(object -> stream(object.path("references")))
                        .map(reference -> reference.path("type").asText() + " "
                                + reference.path("id").asText()))
                .isNotEmpty()
                .isSubsetOf(known);
    }

    @Test
    void theDataViewCoversDailyIndicesAndDataStreams() {
        String title = objects.get(0).path("attributes").path("title").asText();

        assertThat(title)
                .contains(TestConfigs.template(Map.of()).name() + "-2*")
                .contains(TestConfigs.template(Map.of("index.strategy", "datastream"))
                        .name()
                        .replaceAll("default$", "*"));
    }

    @Test
    void showsVolumeLatenessErrorsSlowHopsAndOneMessage() {
        JsonNode dashboard = objects.get(objects.size() - 1);

        assertThat(dashboard.path("type").asText()).isEqualTo("dashboard");
        assertThat(stream(dashboard.path("references"))
                        .map(reference -> reference.path("id").asText()))
                .contains("courier-volume", "courier-lateness", "courier-errors", "courier-hops", "courier-waterfall");
    }

    /** Kibana keeps JSON as text within JSON, a Vega specification as text within that. */
    private static void collect(JsonNode node, Set<String> used) {
        node.properties().forEach(member -> {
            String name = member.getKey();
            JsonNode value = member.getValue();
            switch (name) {
                case "timeFieldName", "field" -> used.add(value.asText());
                case "columns" -> stream(value).forEach(column -> used.add(column.asText()));
                case "sort" ->
                    stream(value).forEach(pair -> used.add(pair.path(0).asText()));
                case "query" -> all(QUERIED, value.asText(), used);
                case "spec" -> collectOfVega(value.asText(), used);
                default -> {
                    if (name.endsWith("JSON") || name.equals("visState")) {
                        collect(parse(value.asText()), used);
                    }
                }
            }
            collect(value, used);
        });
        if (node.isArray()) {
            node.forEach(element -> collect(element, used));
        }
    }

    private static void collectOfVega(String specification, Set<String> used) {
        JsonNode body = parse(specification).path("data").path("url").path("body");
        stream(body.path("_source")).forEach(field -> used.add(field.asText()));
        stream(body.path("sort")).flatMap(sort -> sort.properties().stream()).forEach(sort -> used.add(sort.getKey()));
        all(IN_VEGA, specification, used);
    }

    private static void all(Pattern pattern, String text, Set<String> found) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    found.add(matcher.group(group));
                }
            }
        }
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return array.valueStream();
    }

    private static List<JsonNode> read() {
        try {
            return Files.readAllLines(FILE).stream()
                    .map(KibanaObjectsTest::parse)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
