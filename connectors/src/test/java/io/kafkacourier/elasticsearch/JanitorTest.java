/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockRuntimeInfo;
import com.github.tomakehurst.wiremock.junit5.WireMockTest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@WireMockTest
class JanitorTest {

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
    void goesOnLaterWhenTheServerRefuses(WireMockRuntimeInfo server) {
        server.getWireMock().register(any(anyUrl()).willReturn(json("{}").withStatus(503)));
        sweep(server, "2026-11-22T00:00:00Z");
        indices(server, "t-2020.01.01");
        sweep(server, "2026-11-22T00:00:00Z");
        assertThat(deleted(server)).containsExactly("/t-2020.01.01");
    }

    @Test
    void leavesEverythingToAServerThatHasIndexLifecycleManagement(WireMockRuntimeInfo server) {
        indices(server, "t-2020.01.01");
        server.getWireMock().register(get(urlPathEqualTo("/_ilm/status")).willReturn(json("{}")));
        sweep(server, "2026-11-22T00:00:00Z");
        assertThat(deleted(server)).isEmpty();
    }

    private static void sweep(WireMockRuntimeInfo server, String now) {
        ElasticsearchTraceSinkConfig config = new ElasticsearchTraceSinkConfig(
                Map.of("elasticsearch.hosts", server.getHttpBaseUrl(), "index.prefix", "t"));
        try (ElasticsearchClients clients = ElasticsearchClients.open(config);
                Janitor janitor = new Janitor(clients, config, Clock.fixed(Instant.parse(now), ZoneOffset.UTC))) {
            janitor.sweep();
        }
    }

    private static void indices(WireMockRuntimeInfo server, String... names) {
        String indices = Stream.of(names)
                .map(name -> "{\"name\":\"" + name + "\",\"attributes\":[\"open\"]}")
                .collect(Collectors.joining(","));
        server.getWireMock()
                .register(get(urlPathEqualTo("/_resolve/index/t-2*"))
                        .willReturn(json("{\"indices\":[" + indices + "],\"aliases\":[],\"data_streams\":[]}")));
        server.getWireMock()
                .register(get(urlPathEqualTo("/_ilm/status"))
                        .willReturn(json("{}").withStatus(400)));
        server.getWireMock().register(delete(urlPathMatching("/.*")).willReturn(json("{\"acknowledged\":true}")));
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
