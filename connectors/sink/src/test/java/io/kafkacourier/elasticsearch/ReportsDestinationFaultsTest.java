/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static io.kafkacourier.elasticsearch.FakeElasticsearch.answer;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.error;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.html;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.elasticsearch.connection.TlsOnlyServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** A fault that somebody has to fix is reported with its cause, and fails the task if it is configured to. */
class ReportsDestinationFaultsTest extends TaskOnFakeServer {

    @Test
    void forgetsAFaultOfTheConnectionWhenNothingIsLeftToSend() {
        elasticsearch.refuseBulks(bulk -> answer(401, error(401, "security_exception", "no")));
        start();
        put(records(0, 2));
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(attribute("DestinationFault")).isEqualTo(1);
        });
        revoke(TRACES);
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(attribute("DestinationFault")).isEqualTo(0);
        });
    }

    @Test
    void failsWhereToldToWhenEveryRequestIsRefusedForNoKnownReason() {
        elasticsearch.refuseBulks(bulk -> html(403));
        start(Map.of("on.destination.fault", "fail"));
        put(records(0, 2));
        await().untilAsserted(() -> assertThatThrownBy(() -> put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("403 no reason given")
                .hasMessageContaining("on.destination.fault=fail"));
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void failsIfItIsToldSoOnAPortThatClosesConnectionsWithoutTls() throws IOException {
        try (TlsOnlyServer tls = new TlsOnlyServer()) {
            start(Map.of(
                    "on.destination.fault",
                    "fail",
                    "index.template.manage",
                    "false",
                    "elasticsearch.hosts",
                    "http://localhost:" + tls.port()));
            put(records(0, 1));
            await().untilAsserted(() -> assertThatThrownBy(() -> put(List.of()))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("speaks TLS on this port: use https://"));
        }
    }

    @Test
    void saysWhyAServerWillNeverTakeDocuments() {
        elasticsearch.refuseBulks(bulk -> html(406));
        start(Map.of("on.destination.fault", "fail", "index.template.manage", "false"));
        put(records(0, 1));
        await().untilAsserted(() -> assertThatThrownBy(() -> put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("is not Elasticsearch 8 or 9"));
        assertThat(String.valueOf(attribute("LastError"))).contains("is not Elasticsearch 8 or 9");
    }

    @Test
    void failsOnADestinationFaultWhereToldTo() {
        elasticsearch.items(operation -> item(403, "cluster_block_exception", "index blocked"));
        start(Map.of("on.destination.fault", "fail"));
        put(records(0, 1));
        await().untilAsserted(() -> assertThatThrownBy(() -> put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessage(
                        "Elasticsearch refuses records: 403 cluster_block_exception, and on.destination.fault=fail"));
        assertThat(committable(TRACES)).isZero();
    }
}
