/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.trace.TraceField;
import io.kafkacourier.elasticsearch.TestConfigs;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TemplateBodyTest {

    private final JsonNode template = template(Deleter.JANITOR, Map.of("index.prefix", "traces"));
    private final JsonNode mappings = template.path("template").path("mappings");

    @Test
    void matchesTheIndicesOfItsPrefixAndOfNoOther() {
        assertThat(template.path("index_patterns")).hasToString("[\"traces-2*\"]");
        assertThat(template.path("version").asLong()).isEqualTo(TemplateBody.VERSION);
        assertThat(template.path("priority").asInt()).isBetween(101, 499);
        assertThat(template.has("data_stream")).isFalse();
        assertThat(template.path("template").has("lifecycle")).isFalse();
        assertThat(template.path("template").path("settings").has("index.lifecycle.name"))
                .isFalse();
    }

    @Test
    void matchesTheOneDataStreamBeforeAnyTemplateOfAnAgent() {
        JsonNode stream =
                template(Deleter.NOBODY, Map.of("index.strategy", "datastream", "datastream.namespace", "prod"));
        assertThat(stream.path("index_patterns")).hasToString("[\"traces-kafka.messages-prod\"]");
        assertThat(stream.path("priority").asInt()).isGreaterThan(500);
        assertThat(stream.path("data_stream").isObject()).isTrue();
        assertThat(stream.path("template").path("mappings").path("properties"))
                .hasSameSizeAs(mappings.path("properties"));
    }

    @Test
    void refusesNoDocumentForAFieldThatIsNotWhatAnEventHolds() {
        assertThat(template.path("template")
                        .path("settings")
                        .path("index.mapping.ignore_malformed")
                        .asBoolean())
                .isTrue();
        assertThat(mappings.path("subobjects")).hasToString("false");
        assertThat(mappings.path("properties")
                        .valueStream()
                        .map(field -> field.path("type").asText()))
                .doesNotContain("alias", "object");
        assertThat(mappings.path("properties")
                        .valueStream()
                        .filter(field -> field.path("type").asText().equals("keyword")))
                .allMatch(field -> field.path("ignore_above").asInt() == 1024);
    }

    @Test
    void letsATimestampBeMalformedInDailyIndicesOnly() {
        assertThat(mappings.path("properties").path("@timestamp")).hasToString("{\"type\":\"date\"}");
        JsonNode stream = template(Deleter.NOBODY, Map.of("index.strategy", "datastream"));
        assertThat(stream.path("template")
                        .path("mappings")
                        .path("properties")
                        .path("@timestamp")
                        .path("ignore_malformed"))
                .hasToString("false");
    }

    @ParameterizedTest
    @CsvSource({"7d, 7d", "36h, 36h", "90m, 5400s", "P30D, 30d"})
    void writesTheRetentionOfALifecycleAsElasticsearchDoes(String retention, String written) {
        JsonNode stream = template(Deleter.LIFECYCLE, Map.of("index.strategy", "datastream", "retention", retention));
        assertThat(stream.path("template")
                        .path("lifecycle")
                        .path("data_retention")
                        .asText())
                .isEqualTo(written);
    }

    @Test
    void namesThePolicyThatDeletesADailyIndexADayAfterItsRetention() {
        Map<String, String> config = Map.of("index.prefix", "traces", "retention", "7d");
        assertThat(template(Deleter.ILM, config)
                        .path("template")
                        .path("settings")
                        .path("index.lifecycle.name")
                        .asText())
                .isEqualTo("traces");
        // An index is created when its day begins.
        JsonNode phases = read(body(config).policy()).path("policy").path("phases");
        assertThat(phases).hasSize(1);
        assertThat(phases.path("delete").path("min_age").asText()).isEqualTo("8d");
        assertThat(phases.path("delete").path("actions").has("delete")).isTrue();
    }

    @Test
    void rollsTheIndicesOfADataStreamOverDaily() {
        JsonNode phases = read(body(Map.of("index.strategy", "datastream")).policy())
                .path("policy")
                .path("phases");
        assertThat(phases.path("hot")
                        .path("actions")
                        .path("rollover")
                        .path("max_age")
                        .asText())
                .isEqualTo("1d");
        assertThat(phases.path("delete").path("min_age").asText()).isEqualTo("7d");
    }

    @Test
    void notesWhatItSaysOfRetentionSoThatAChangeIsSeen() {
        assertThat(template.path("_meta").path("retention").asText()).isEqualTo("none");
        assertThat(template(Deleter.LIFECYCLE, Map.of("index.strategy", "datastream"))
                        .path("_meta")
                        .path("retention")
                        .asText())
                .isEqualTo("lifecycle 7d");
    }

    @Test
    void indexesNothingButItsOwnFields() {
        assertThat(mappings.path("dynamic")).hasToString("false");
        assertThat(mappings.path("date_detection")).hasToString("false");
    }

    @ParameterizedTest
    @EnumSource(TraceField.class)
    void indexesEveryFieldOfATraceEvent(TraceField field) {
        assertThat(mappings.path("properties").path(field.text()).path("type").asText())
                .isEqualToIgnoringCase(field.kind().name());
    }

    @ParameterizedTest
    @CsvSource({"trace.id, trace_id", "span.id, span_id", "parent.id, parent_span_id", "message.id, message_id"})
    void answersToTheNamesOfTheElasticCommonSchema(String name, String field) {
        JsonNode properties = mappings.path("properties");
        assertThat(properties.path(field).path("copy_to").asText()).isEqualTo(name);
        assertThat(properties.path(name).path("type").asText()).isEqualTo("keyword");
    }

    @Test
    void answersToServiceNameInAdditionToService() {
        JsonNode service = mappings.path("properties").path("service");
        assertThat(service.path("fields").path("name").path("type").asText()).isEqualTo("keyword");
        assertThat(service.has("copy_to")).isFalse();
    }

    private static JsonNode template(Deleter deleter, Map<String, String> properties) {
        return read(body(properties).template(deleter));
    }

    private static TemplateBody body(Map<String, String> properties) {
        return new TemplateBody(TestConfigs.template(properties));
    }

    private static JsonNode read(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the template is JSON", e);
        }
    }
}
