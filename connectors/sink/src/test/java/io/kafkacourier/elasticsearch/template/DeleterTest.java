/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockRuntimeInfo;
import com.github.tomakehurst.wiremock.junit5.WireMockTest;
import io.kafkacourier.elasticsearch.TestConfigs;
import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.elasticsearch.connection.JsonRequests;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@WireMockTest
class DeleterTest {

    @ParameterizedTest
    @CsvSource({
        "daily,      true,  200, 200, ILM",
        "daily,      true,  200, 400, JANITOR",
        "daily,      true,  404, 403, JANITOR",
        "daily,      false, 200, 200, NOBODY",
        "datastream, true,  200, 200, LIFECYCLE",
        "datastream, true,  405, 200, ILM",
        "datastream, true,  400, 405, NOBODY",
        "datastream, false, 200, 200, NOBODY"
    })
    void isTheFirstThatTheServerHasAndThatFits(
            String strategy, String manage, int dataStreams, int ilm, Deleter expected, WireMockRuntimeInfo server) {
        server.getWireMock().register(get(urlPathEqualTo("/_data_stream")).willReturn(status(dataStreams)));
        server.getWireMock().register(get(urlPathEqualTo("/_ilm/status")).willReturn(status(ilm)));

        assertThat(choose(server, Map.of("index.strategy", strategy, "index.template.manage", manage)))
                .isCompletedWithValue(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 429, 500, 503})
    void isNotKnownWhereTheServerDoesNotSay(int status, WireMockRuntimeInfo server) {
        server.getWireMock().register(get(anyUrl()).willReturn(status(status)));

        assertThat(choose(server, Map.of())).isCompletedExceptionally();
    }

    @ParameterizedTest
    @EnumSource(names = {"LIFECYCLE", "ILM", "JANITOR"})
    void isTheOneThatTheConfigurationNames(Deleter named, WireMockRuntimeInfo server) {
        assertThat(choose(server, Map.of("retention.mode", named.name().toLowerCase(Locale.ROOT))))
                .isCompletedWithValue(named);
        assertThat(server.getWireMock().getServeEvents()).isEmpty();
    }

    private static CompletableFuture<Deleter> choose(WireMockRuntimeInfo server, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("elasticsearch.hosts", server.getHttpBaseUrl());
        try (ElasticsearchClients clients = TestConfigs.clients(all)) {
            CompletableFuture<Deleter> chosen = Deleter.of(TestConfigs.template(all), new JsonRequests(clients), null);
            chosen.handle((deleter, failure) -> deleter).join();
            return chosen;
        }
    }
}
