/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No document is written to a new index before the index template is in place. */
class KeepsTheTemplateInPlaceTest extends TaskOnFakeServer {

    @Test
    void bringsTheTemplateInPlaceBeforeTheFirstDocument() {
        start();
        put(records(0, 1));
        assertThat(elasticsearch.bulks()).isEmpty();
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).contains("\"kafka-traces-2*\"").contains("\"version\":2");
    }

    @Test
    void leavesATemplateOfAHigherVersionAlone() {
        String newer = "{\"index_patterns\":[\"kafka-traces-2*\"],\"composed_of\":[],\"version\":99,\"template\":{}}";
        elasticsearch.template(newer);
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).isEqualTo(newer);
    }

    @Test
    void replacesATemplateOfALowerVersion() {
        elasticsearch.template("{\"index_patterns\":[\"kafka-traces-2*\"],\"composed_of\":[],\"version\":1,"
                + "\"_meta\":{\"managed_by\":\"kafka-connect-courier\"},\"template\":{}}");
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).contains("\"version\":2");
    }

    @Test
    void replacesATemplateOfTheSameVersionThatSaysSomethingElseOfRetention() {
        elasticsearch.template("{\"index_patterns\":[\"kafka-traces-2*\"],\"composed_of\":[],\"version\":2,"
                + "\"_meta\":{\"managed_by\":\"kafka-connect-courier\",\"retention\":\"ilm\"},\"template\":{}}");
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).contains("\"retention\":\"none\"");
    }

    @Test
    void leavesATemplateOfTheSameVersionAndRetentionAlone() {
        String same = "{\"index_patterns\":[\"kafka-traces-2*\"],\"composed_of\":[],\"version\":2,"
                + "\"_meta\":{\"managed_by\":\"kafka-connect-courier\",\"retention\":\"none\","
                + "\"connectors\":{\"traces\":\"janitor 7d\"}},\"template\":{}}";
        elasticsearch.template(same);
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).isEqualTo(same);
    }

    @Test
    void leavesRetentionToIndexLifecycleManagementWhereTheServerHasIt() {
        elasticsearch.has("/_ilm/status", "{\"operation_mode\":\"RUNNING\"}").has("/_ilm/policy", "{}");
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.put("/_ilm/policy/kafka-traces"))
                .contains("\"min_age\":\"8d\"")
                .contains("\"managed_by\":\"kafka-connect-courier\"");
        assertThat(elasticsearch.template()).contains("\"index.lifecycle.name\":\"kafka-traces\"");
    }

    @Test
    void leavesAPolicyThatSomebodyElseMadeAlone() {
        String theirs = "{\"kafka-traces\":{\"version\":3,\"modified_date\":\"2026-11-22T12:00:00.000Z\","
                + "\"policy\":{\"phases\":{}}}}";
        elasticsearch.has("/_ilm/status", "{}").has("/_ilm/policy/kafka-traces", theirs);
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.put("/_ilm/policy/kafka-traces")).isEqualTo(theirs);
        assertThat(elasticsearch.template()).contains("\"index.lifecycle.name\":\"kafka-traces\"");
    }

    @Test
    void givesADataStreamALifecycleWhereTheServerHasThat() {
        elasticsearch.has("/_data_stream", "{\"data_streams\":[]}");
        start(Map.of("index.strategy", "datastream", "datastream.namespace", "prod", "retention", "36h"));
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        String stream = "traces-kafka.messages-prod";
        assertThat(elasticsearch.documents()).containsOnlyKeys(stream + "/e0", stream + "/e1");
        assertThat(elasticsearch.template())
                .contains("\"index_patterns\":[\"" + stream + "\"]")
                .contains("\"data_retention\":\"36h\"");
        assertThat(elasticsearch.put("/_data_stream/" + stream + "/_lifecycle"))
                .as("lifecycle of a stream that is there already")
                .contains("\"36h\"");
    }

    @Test
    void asksForNoTemplateThatIsTheUsers() {
        start(Map.of("index.template.manage", "false"));
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).isEmpty();
    }

    @Test
    void bringsBackATemplateThatWasLostBeforeANewIndexIsMade() {
        start();
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitCommittable(TRACES, 1);
        elasticsearch.template("");

        put(List.of(ofTheDay(TRACES, 1, 22)));
        assertThat(elasticsearch.documents()).doesNotContainKey(INDEX + "message-trace-0-1");
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.template()).contains("\"kafka-traces-2*\"");
    }

    @Test
    void looksAtTheTemplateAgainAfterTenMinutes() {
        start();
        put(List.of(ofTheDay(TRACES, 0, 22)));
        awaitCommittable(TRACES, 1);
        elasticsearch.template("");
        put(List.of(ofTheDay(TRACES, 1, 22)));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.template()).isEmpty();

        aheadMs = Duration.ofMinutes(10).toMillis();

        awaitTemplate();
    }
}
