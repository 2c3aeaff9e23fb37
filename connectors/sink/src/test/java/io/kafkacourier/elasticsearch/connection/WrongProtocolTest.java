/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.elasticsearch.FakeElasticsearch;
import java.io.IOException;
import org.apache.http.HttpHost;
import org.junit.jupiter.api.Test;

class WrongProtocolTest {

    private static final int TIMEOUT_MS = 5_000;

    @Test
    void isFoundIfAPortSpeaksTheOtherProtocolOnly() throws IOException {
        try (TlsOnlyServer tls = new TlsOnlyServer();
                FakeElasticsearch plain = new FakeElasticsearch()) {
            assertThat(WrongProtocol.at(host("http", tls.port()), TIMEOUT_MS))
                    .hasMessageEndingWith("speaks TLS on this port: use https://");
            assertThat(WrongProtocol.at(host("https", port(plain)), TIMEOUT_MS))
                    .hasMessageEndingWith("does not speak TLS on this port: use http://");
        }
    }

    @Test
    void isNotFoundIfAPortSpeaksTheConfiguredProtocol() throws IOException {
        try (TlsOnlyServer tls = new TlsOnlyServer();
                FakeElasticsearch plain = new FakeElasticsearch()) {
            assertThat(WrongProtocol.at(host("https", tls.port()), TIMEOUT_MS)).isNull();
            assertThat(WrongProtocol.at(host("http", port(plain)), TIMEOUT_MS)).isNull();
        }
    }

    @Test
    void isNotFoundIfAPortForTlsAnswersPlainHttpWithAnError() throws IOException {
        try (TlsOnlyServer nginx = new TlsOnlyServer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(WrongProtocol.at(host("https", nginx.port()), TIMEOUT_MS))
                    .isNull();
        }
    }

    @Test
    void isNotFoundIfNothingListens() {
        assertThat(WrongProtocol.at(host("http", 1), TIMEOUT_MS)).isNull();
        assertThat(WrongProtocol.at(host("https", 1), TIMEOUT_MS)).isNull();
    }

    private static HttpHost host(String scheme, int port) {
        return new HttpHost("localhost", port, scheme);
    }

    private static int port(FakeElasticsearch server) {
        return Hosts.parse(server.url()).getPort();
    }
}
