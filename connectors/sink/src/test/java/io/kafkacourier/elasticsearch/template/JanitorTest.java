/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockRuntimeInfo;
import com.github.tomakehurst.wiremock.junit5.WireMockTest;
import io.kafkacourier.elasticsearch.TestConfigs;
import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@WireMockTest
class JanitorTest {

    private static final String NOW = "2026-11-22T00:00:00Z";
    private static final String MARKED = "{\"_meta\":{\"managed_by\":\"kafka-connect-courier\"}}";

    @Test
    void deletesDatedIndicesOfItsPrefixOlderThanTheRetentionAndNothingElse(WireMockRuntimeInfo server) {
        indices(
                server,
                "t-2026.11.14",
                "t-2026.11.15",
                "t-2026.11.22",
                "t-eu-2020.01.01",
                "t-2020.01.01-x",
                "t-2020",
                "tt");
        // The 14th ended when the 15th began: seven days before the 22nd.
        sweep(server, "2026-11-22T00:00:00Z");
        assertThat(deleted(server)).containsExactly("/t-2026.11.14");
    }

    @Test
    void keepsADayUntilItsEndIsAsOldAsTheRetention(WireMockRuntimeInfo server) {
        indices(server, "t-2026.11.14");
        sweep(server, "2026-11-21T23:59:59.999Z");
        assertThat(deleted(server)).isEmpty();
    }

    @Test
    void theSameJanitorGoesOnAfterASweepThatTheServerRefused(WireMockRuntimeInfo server) {
        server.getWireMock().register(any(anyUrl()).willReturn(json("{}").withStatus(503)));
        Map<String, String> config = config(server, Map.of());
        try (ElasticsearchClients clients = TestConfigs.clients(config);
                Janitor janitor = new Janitor(clients, TestConfigs.template(config), at(NOW))) {
            janitor.sweep();
            indices(server, "t-2020.01.01");
            janitor.sweep();
        }
        assertThat(deleted(server)).containsExactly("/t-2020.01.01");
    }

    @Test
    void sweepsUntilItIsClosedWhateverTheServerAnswers(WireMockRuntimeInfo server) {
        server.getWireMock().register(any(anyUrl()).willReturn(json("{}").withStatus(503)));
        Map<String, String> config = config(server, Map.of());
        try (ElasticsearchClients clients = TestConfigs.clients(config);
                Janitor janitor = new Janitor(clients, TestConfigs.template(config), at(NOW), Duration.ofMillis(10))) {
            janitor.start();
            await().until(() -> server.getWireMock().getServeEvents().size() > 2);
            indices(server, "t-2020.01.01");
            await().untilAsserted(() -> assertThat(deleted(server)).contains("/t-2020.01.01"));
        }
    }

    @Test
    void leavesEverythingToAServerThatHasIndexLifecycleManagement(WireMockRuntimeInfo server) {
        indices(server, "t-2020.01.01");
        server.getWireMock().register(get(urlPathEqualTo("/_ilm/status")).willReturn(json("{}")));
        sweep(server, "2026-11-22T00:00:00Z");
        assertThat(deleted(server)).isEmpty();
    }

    @Test
    void leavesIndicesThatDoNotCarryItsMark(WireMockRuntimeInfo server) {
        indices(server, "t-2020.01.01", "t-2020.01.02");
        mapping(server, "t-2020.01.01", "{\"_meta\":{\"managed_by\":\"somebody else\"}}");
        mapping(server, "t-2020.01.02", "{\"properties\":{}}");
        sweep(server, NOW, Map.of("retention.mode", "janitor"));
        assertThat(deleted(server)).isEmpty();
        mapping(server, "t-2020.01.02", MARKED);
        sweep(server, NOW, Map.of("retention.mode", "janitor", "index.template.manage", "false"));
        assertThat(deleted(server)).containsExactly("/t-2020.01.02");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30d", "forever", "unreadable"})
    void keepsWhatAnotherConnectorOfThePrefixKeeps(String retention, WireMockRuntimeInfo server) {
        indices(server, "t-2026.11.01");
        template(
                server,
                "{\"version\":2,\"_meta\":{\"managed_by\":\"kafka-connect-courier\",\"connectors\":"
                        + "{\"other\":\"janitor " + retention + "\",\"traces\":\"janitor 1h\"}}}");
        sweep(server, NOW, Map.of("name", "traces"));
        assertThat(deleted(server)).isEmpty();
        // Its own note is not looked at, but its configuration; the other one keeps for an hour.
        sweep(server, NOW, Map.of("name", "other", "retention", "1d"));
        assertThat(deleted(server)).containsExactly("/t-2026.11.01");
    }

    /** The indices remember what the template noted when they were made. */
    @Test
    void keepsWhatAnotherConnectorKeepsIfTheTemplateIsLost(WireMockRuntimeInfo server) {
        indices(server, "t-2026.11.01", "t-2026.11.21");
        mappings(
                server,
                "{\"t-2026.11.01\":{\"mappings\":" + MARKED + "},\"t-2026.11.21\":{\"mappings\":"
                        + "{\"_meta\":{\"managed_by\":\"kafka-connect-courier\",\"connectors\":"
                        + "{\"other\":\"janitor 30d\",\"traces\":\"janitor 7d\"}}}}}");
        sweep(server, NOW, Map.of("name", "traces"));
        assertThat(deleted(server)).isEmpty();
        sweep(server, NOW, Map.of("name", "other", "retention", "1d"));
        assertThat(deleted(server)).containsExactly("/t-2026.11.01");
    }

    @Test
    void deletesWhatIsMarkedIfTheTemplateIsSomebodyElses(WireMockRuntimeInfo server) {
        indices(server, "t-2020.01.01");
        server.getWireMock().register(get(urlPathEqualTo("/_ilm/status")).willReturn(json("{}")));
        template(server, "{\"version\":7,\"template\":{}}");
        sweep(server, NOW);
        assertThat(deleted(server)).containsExactly("/t-2020.01.01");
    }

    @ParameterizedTest
    @CsvSource({"hot, true", "delete, false"})
    void deletesIfThePolicyIsSomebodyElsesAndDeletesNothing(String phase, boolean deletes, WireMockRuntimeInfo server) {
        indices(server, "t-2020.01.01");
        server.getWireMock().register(get(urlPathEqualTo("/_ilm/status")).willReturn(json("{}")));
        server.getWireMock()
                .register(get(urlPathEqualTo("/_ilm/policy/t"))
                        .willReturn(json("{\"t\":{\"policy\":{\"phases\":{\"" + phase + "\":{}}}}}")));
        sweep(server, NOW);
        assertThat(!deleted(server).isEmpty()).isEqualTo(deletes);
    }

    @Test
    void deletesNothingOnAServerThatDoesNotIdentifyItself(WireMockRuntimeInfo server) {
        indices(server, "t-2020.01.01");
        server.getWireMock()
                .register(get(urlPathEqualTo("/_index_template/t"))
                        .willReturn(aResponse().withBody("{}")));
        sweep(server, NOW);
        assertThat(deleted(server)).isEmpty();
    }

    private static void sweep(WireMockRuntimeInfo server, String now) {
        sweep(server, now, Map.of());
    }

    private static void sweep(WireMockRuntimeInfo server, String now, Map<String, String> properties) {
        Map<String, String> config = config(server, properties);
        try (ElasticsearchClients clients = TestConfigs.clients(config);
                Janitor janitor = new Janitor(clients, TestConfigs.template(config), at(now))) {
            janitor.sweep();
        }
    }

    private static Map<String, String> config(WireMockRuntimeInfo server, Map<String, String> properties) {
        Map<String, String> config = new HashMap<>(properties);
        config.put("elasticsearch.hosts", server.getHttpBaseUrl());
        config.put("index.prefix", "t");
        return config;
    }

    private static Clock at(String now) {
        return Clock.fixed(Instant.parse(now), ZoneOffset.UTC);
    }

    /** These are all the indices, each marked. */
    private static void indices(WireMockRuntimeInfo server, String... names) {
        String indices = Stream.of(names)
                .map(name -> "{\"name\":\"" + name + "\",\"attributes\":[\"open\"]}")
                .collect(Collectors.joining(","));
        server.getWireMock().register(any(anyUrl()).willReturn(json("{}").withStatus(404)));
        server.getWireMock()
                .register(get(urlPathEqualTo("/_resolve/index/t-2*"))
                        .willReturn(json("{\"indices\":[" + indices + "],\"aliases\":[],\"data_streams\":[]}")));
        server.getWireMock()
                .register(get(urlPathEqualTo("/_ilm/status"))
                        .willReturn(json("{}").withStatus(400)));
        server.getWireMock().register(delete(urlPathMatching("/.*")).willReturn(json("{\"acknowledged\":true}")));
        for (String name : names) {
            mapping(server, name, MARKED);
        }
    }

    private static void mapping(WireMockRuntimeInfo server, String index, String mapping) {
        server.getWireMock()
                .register(get(urlPathEqualTo("/" + index + "/_mapping"))
                        .willReturn(json("{\"" + index + "\":{\"mappings\":" + mapping + "}}")));
    }

    /** What all indices of the prefix say at once. */
    private static void mappings(WireMockRuntimeInfo server, String mappings) {
        server.getWireMock().register(get(urlPathEqualTo("/t-2*/_mapping")).willReturn(json(mappings)));
    }

    private static void template(WireMockRuntimeInfo server, String template) {
        server.getWireMock()
                .register(get(urlPathEqualTo("/_index_template/t"))
                        .willReturn(
                                json("{\"index_templates\":[{\"name\":\"t\",\"index_template\":" + template + "}]}")));
    }

    private static List<String> deleted(WireMockRuntimeInfo server) {
        return server.getWireMock().find(deleteRequestedFor(urlPathMatching("/.*"))).stream()
                .map(request -> request.getUrl().replaceAll("\\?.*", ""))
                .toList();
    }

    private static ResponseDefinitionBuilder json(String body) {
        return aResponse()
                .withHeader("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
                .withHeader("X-Elastic-Product", "Elasticsearch")
                .withBody(body);
    }
}
