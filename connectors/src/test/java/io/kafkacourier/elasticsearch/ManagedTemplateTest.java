/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.trace.TraceField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ManagedTemplateTest {

    private final JsonNode template = read(ManagedTemplate.json("traces"));
    private final JsonNode mappings = template.path("template").path("mappings");

    @Test
    void matchesTheIndicesOfItsPrefixAndOfNoOther() {
        assertThat(template.path("index_patterns")).hasToString("[\"traces-2*\"]");
        assertThat(template.path("version").asLong()).isEqualTo(ManagedTemplate.VERSION);
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
    @CsvSource({
        "trace,   id,   trace_id",
        "span,    id,   span_id",
        "parent,  id,   parent_span_id",
        "message, id,   message_id"
    })
    void answersToTheNamesOfTheElasticCommonSchema(String object, String name, String field) {
        JsonNode alias =
                mappings.path("properties").path(object).path("properties").path(name);
        assertThat(alias.path("type").asText()).isEqualTo("alias");
        assertThat(alias.path("path").asText()).isEqualTo(field);
    }

    @Test
    void answersToServiceNameBesideService() {
        JsonNode service = mappings.path("properties").path("service");
        assertThat(service.path("fields").path("name").path("type").asText()).isEqualTo("keyword");
    }

    private static JsonNode read(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the template is JSON", e);
        }
    }
}
