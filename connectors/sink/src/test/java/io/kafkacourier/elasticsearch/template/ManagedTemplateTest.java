/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import static io.kafkacourier.elasticsearch.FakeElasticsearch.answer;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.HttpHeaders;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import io.kafkacourier.elasticsearch.FakeElasticsearch;
import io.kafkacourier.elasticsearch.TestConfigs;
import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.elasticsearch.connection.TlsOnlyServer;
import io.kafkacourier.sink.DestinationFault;
import io.kafkacourier.sink.ExponentialBackoff;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagedTemplateTest {

    private static final String STREAM = "traces-kafka.messages-default";

    private final FakeElasticsearch elasticsearch = new FakeElasticsearch();
    private @Nullable ElasticsearchClients clients;
    private long now = 1_000;

    @AfterEach
    void stop() {
        if (clients != null) {
            clients.close();
        }
        elasticsearch.close();
    }

    @Test
    void isInPlaceOnceItIsOnTheServer() {
        ManagedTemplate template = template(Map.of());
        assertThat(template.isInPlace(now)).isFalse();
        awaitInPlace(template);
        assertThat(elasticsearch.template()).contains("\"managed_by\":\"kafka-connect-courier\"");
        assertThat(template.isConfirmedSince(1_000)).isTrue();
        assertThat(template.isConfirmedSince(1_001)).isFalse();
    }

    @Test
    void restoresATemplateThatWasDeletedWhenItLooksAgain() {
        ManagedTemplate template = template(Map.of());
        awaitInPlace(template);
        elasticsearch.template("");
        now = 2_000;
        assertThat(template.isInPlace(now)).isTrue();
        assertThat(elasticsearch.template())
                .as("before it was asked to look again")
                .isEmpty();

        template.lookAgain();

        await().until(() -> {
            assertThat(template.isInPlace(now)).as("in place meanwhile").isTrue();
            return template.isConfirmedSince(2_000);
        });
        assertThat(elasticsearch.template()).contains("kafka-traces-2*");
    }

    @Test
    void confirmsNothingThatACheckOfEarlierCouldHaveMissed() {
        ManagedTemplate template = template(Map.of());
        awaitInPlace(template);
        now = 2_000;
        template.lookAgain();
        assertThat(template.isInPlace(now)).isTrue();
        template.lookAgain();
        now = 3_000;
        await().until(() -> {
            template.isInPlace(now);
            return template.isConfirmedSince(2_000);
        });
        assertThat(template.isConfirmedSince(2_001)).isFalse();
        await().until(() -> {
            template.isInPlace(now);
            return template.isConfirmedSince(3_000);
        });
    }

    @ParameterizedTest
    @CsvSource({"daily, true", "datastream, false"})
    void letsExistingDailyIndicesGoOnIfAMissingTemplateCannotBeRestored(String strategy, boolean inPlace) {
        elasticsearch.has("/_ilm/status", "{}").has("/_ilm/policy", "{}");
        ManagedTemplate template = template(Map.of("index.strategy", strategy));
        awaitInPlace(template);
        elasticsearch.template("");
        elasticsearch.administration(request -> request.getMethod().equals(RequestMethod.PUT)
                ? answer(403, error(403, "security_exception", "no"))
                : null);
        template.lookAgain();
        assertThatThrownBy(() -> awaitFault(template))
                .isInstanceOf(DestinationFault.class)
                .hasMessageContaining("index template: 403 security_exception");
        assertThat(template.isInPlace(now)).isEqualTo(inPlace);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 |               | {"index_templates":[]}                    | does not identify itself as Elasticsearch
            404 |               | {"error":{"type":"resource_not_found"}}   | does not identify itself as Elasticsearch
            406 |               | {"error":"Content-Type is not supported"} | is not Elasticsearch 8 or 9
            400 | Elasticsearch | {"error":{"type":"media_type_header_exception"}} | is not Elasticsearch 8 or 9
            400 |               | <p>The plain HTTP request was sent to HTTPS port</p> | use https://
            401 | Elasticsearch | {"error":{"type":"security_exception"}}   | does not accept the credentials
            403 | Elasticsearch | {"error":{"type":"security_exception"}}   | lacks a privilege
            301 |               | <html></html>                             | answers with a redirect
            """)
    void reportsAServerThatCannotBeUsedAndChangesNothingOnIt(int status, String product, String body, String cause) {
        elasticsearch.administration(request -> withProduct(answer(status, body), product));
        ManagedTemplate template = template(Map.of());
        assertThatThrownBy(() -> awaitFault(template))
                .isInstanceOf(DestinationFault.class)
                .hasMessageContaining(cause);
        assertThat(template.isInPlace(now)).isFalse();
        assertThat(elasticsearch.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    @Test
    void onlyWaitsForAServerThatIsOverloaded() {
        elasticsearch.administration(request -> answer(503, error(503, "master_not_discovered_exception", "no")));
        ManagedTemplate template = template(Map.of());
        await().until(() -> {
            assertThat(template.isInPlace(now += 100)).isFalse();
            return elasticsearch.requests().size() > 2;
        });
        elasticsearch.administration(request -> null);
        awaitInPlace(template);
    }

    @Test
    void reportsAServerThatDoesNotSpeakTls() {
        ManagedTemplate template =
                template(Map.of("elasticsearch.hosts", elasticsearch.url().replace("http:", "https:")));
        assertThatThrownBy(() -> awaitFault(template))
                .isInstanceOf(DestinationFault.class)
                .hasMessageContaining("does not speak TLS on this port");
    }

    @Test
    void reportsAServerThatClosesEveryConnectionWithoutTls() throws IOException {
        try (TlsOnlyServer server = new TlsOnlyServer()) {
            ManagedTemplate template = template(Map.of("elasticsearch.hosts", "http://localhost:" + server.port()));
            assertThatThrownBy(() -> awaitFault(template))
                    .isInstanceOf(DestinationFault.class)
                    .hasMessageContaining("localhost:" + server.port() + " speaks TLS on this port: use https://");
        }
    }

    @Test
    void fallsBackToIndexLifecycleManagementOnAServerBefore811() {
        elasticsearch
                .has("/_data_stream", "{\"data_streams\":[]}")
                .has("/_ilm/status", "{}")
                .has("/_ilm/policy", "{}");
        elasticsearch.administration(ManagedTemplateTest::refusesLifecycles);
        ManagedTemplate template = template(Map.of("index.strategy", "datastream"));
        awaitInPlace(template);
        assertThat(elasticsearch.template())
                .contains("\"index.lifecycle.name\":\"" + STREAM + "\"")
                .doesNotContain("data_retention");
        assertThat(elasticsearch.put("/_ilm/policy/" + STREAM)).contains("\"min_age\":\"7d\"");
    }

    @Test
    void putsATemplateThatAServerBefore83Takes() {
        elasticsearch.administration(request -> request.getMethod().equals(RequestMethod.PUT)
                        && request.getBodyAsString().contains("\"subobjects\"")
                ? answer(
                        400,
                        error(
                                400,
                                "illegal_argument_exception",
                                "Failed to parse mapping: Root mapping definition has unsupported parameters: "
                                        + " [subobjects : false]"))
                : null);
        awaitInPlace(template(Map.of()));
        assertThat(elasticsearch.template())
                .contains("\"trace_id\":{", "ignore_malformed")
                .doesNotContain("subobjects", "copy_to", "trace.id");
    }

    @ParameterizedTest
    @CsvSource({"auto, false", "lifecycle, true"})
    void refusesAServerBefore811WithItsVersionIfNothingElseDeletes(String mode, boolean ilm) {
        elasticsearch.has("/_data_stream", "{\"data_streams\":[]}").has("/", "{\"version\":{\"number\":\"8.9.2\"}}");
        if (ilm) {
            elasticsearch.has("/_ilm/status", "{}").has("/_ilm/policy", "{}");
        }
        elasticsearch.administration(request -> request.getUrl().startsWith("/_ilm") && !ilm
                ? answer(400, error(400, "illegal_argument_exception", "no handler"))
                : refusesLifecycles(request));
        ManagedTemplate template = template(Map.of("index.strategy", "datastream", "retention.mode", mode));
        assertThatThrownBy(() -> awaitFault(template))
                .isInstanceOf(DestinationFault.class)
                .hasMessageContaining("Elasticsearch 8.9.2 has no lifecycle for data streams, which came with 8.11")
                .hasMessageContaining("retention.mode");
        assertThat(elasticsearch.template()).isEmpty();
    }

    @Test
    void leavesATemplateWithoutItsMarkAloneAndWritesNoPolicyForIt() {
        String theirs = "{\"index_patterns\":[\"kafka-traces-*\"],\"version\":1,\"template\":{}}";
        elasticsearch.template(theirs);
        elasticsearch.has("/_ilm/status", "{}").has("/_ilm/policy", "{}");
        awaitInPlace(template(Map.of()));
        assertThat(elasticsearch.template()).isEqualTo(theirs);
        assertThat(elasticsearch.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    @Test
    void keepsTheLongestRetentionOfAllConnectorsOfAPrefixAndRewritesNothingToAndFro() {
        elasticsearch.has("/_ilm/status", "{}").has("/_ilm/policy", "{}");
        awaitInPlace(template(Map.of("name", "short", "retention", "7d")));
        assertThat(elasticsearch.put("/_ilm/policy/kafka-traces")).contains("\"min_age\":\"8d\"");
        awaitInPlace(template(Map.of("name", "long", "retention", "30d")));
        assertThat(elasticsearch.put("/_ilm/policy/kafka-traces")).contains("\"min_age\":\"31d\"");
        elasticsearch.forgetRequests();

        awaitInPlace(template(Map.of("name", "short", "retention", "7d")));
        awaitInPlace(template(Map.of("name", "long", "retention", "30d")));
        awaitInPlace(template(Map.of("name", "short", "retention", "7d")));

        assertThat(elasticsearch.requests()).isNotEmpty().noneMatch(request -> request.startsWith("PUT"));
        assertThat(elasticsearch.put("/_ilm/policy/kafka-traces")).contains("\"min_age\":\"31d\"");
    }

    /** Whoever puts a lost template back must not forget what others keep: indices remember it. */
    @Test
    void restoresTheRetentionOfOthersWithALostTemplate() {
        elasticsearch
                .has("/_ilm/status", "{}")
                .has("/_ilm/policy", "{}")
                .has(
                        "/kafka-traces-2*/_mapping",
                        "{\"kafka-traces-2026.11.21\":{\"mappings\":{\"_meta\":"
                                + "{\"managed_by\":\"kafka-connect-courier\",\"connectors\":"
                                + "{\"long\":\"ilm 30d\",\"short\":\"ilm 7d\"}}}},"
                                + "\"kafka-traces-2026.11.20\":{\"mappings\":{\"_meta\":"
                                + "{\"managed_by\":\"kafka-connect-courier\",\"connectors\":{\"long\":\"ilm 20d\"}}}},"
                                + "\"kafka-traces-2026.11.19\":{\"mappings\":{\"_meta\":"
                                + "{\"managed_by\":\"somebody else\",\"connectors\":{\"x\":\"ilm 90d\"}}}}}");
        awaitInPlace(template(Map.of("name", "short", "retention", "7d")));
        assertThat(elasticsearch.put("/_ilm/policy/kafka-traces")).contains("\"min_age\":\"31d\"");
        assertThat(elasticsearch.template()).contains("\"long\":\"ilm 30d\"").doesNotContain("\"x\"");
    }

    @Test
    void deletesNothingIfOneOfTheConnectorsOfAPrefixKeepsEverything() {
        elasticsearch.has("/_ilm/status", "{}").has("/_ilm/policy", "{}");
        awaitInPlace(template(Map.of("name", "short", "retention", "7d")));
        awaitInPlace(template(Map.of("name", "forever", "retention.mode", "none")));
        awaitInPlace(template(Map.of("name", "short", "retention", "7d")));
        assertThat(elasticsearch.template()).doesNotContain("index.lifecycle.name");
    }

    @Test
    void refusesATemplateThatADataStreamOfTheSameNameUses() {
        elasticsearch.has("/_ilm/status", "{}").has("/_ilm/policy", "{}");
        awaitInPlace(template(Map.of("index.strategy", "datastream")));
        ManagedTemplate daily = template(Map.of("index.prefix", STREAM));
        assertThatThrownBy(() -> awaitFault(daily))
                .isInstanceOf(DestinationFault.class)
                .hasMessageContaining("belongs to another connector, for a data stream; change index.prefix");
    }

    private static @Nullable ResponseDefinitionBuilder refusesLifecycles(Request request) {
        return request.getMethod().equals(RequestMethod.PUT)
                        && request.getUrl().startsWith("/_index_template/")
                        && request.getBodyAsString().contains("data_retention")
                ? answer(
                        400,
                        "{\"error\":{\"root_cause\":[],\"type\":\"x_content_parse_exception\",\"reason\":\"[1:96]"
                                + " [index_template] failed to parse field [template]\",\"caused_by\":{\"type\":"
                                + "\"x_content_parse_exception\",\"reason\":\"[1:96] [template] unknown field"
                                + " [lifecycle]\"}},\"status\":400}")
                : null;
    }

    private static ResponseDefinitionBuilder withProduct(ResponseDefinitionBuilder answer, @Nullable String product) {
        return product == null ? answer.withHeaders(HttpHeaders.noHeaders()) : answer;
    }

    private ManagedTemplate template(Map<String, String> properties) {
        if (clients != null) {
            clients.close();
        }
        Map<String, String> all = new HashMap<>(Map.of("name", "traces", "elasticsearch.hosts", elasticsearch.url()));
        all.putAll(properties);
        ElasticsearchClients opened = TestConfigs.clients(all);
        clients = opened;
        return new ManagedTemplate(
                opened,
                TestConfigs.template(all),
                new ExponentialBackoff(Duration.ofMillis(1), Duration.ofMillis(2), new Random(7)));
    }

    private void awaitInPlace(ManagedTemplate template) {
        await().until(() -> template.isInPlace(now += 100) && template.isConfirmedSince(1_000));
        now = 1_000;
    }

    /** Goes on until a check fails. */
    private void awaitFault(ManagedTemplate template) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < until) {
            template.isInPlace(now += 1);
            Thread.onSpinWait();
        }
    }
}
