/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.ElasticsearchTransport;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConfig.TlsVerification;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;
import org.apache.http.impl.nio.reactor.IOReactorConfig;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of one connection: the low-level one for bulk requests, and the typed ones over it for administration.
 * Opening it does not talk to the server, which may be away.
 */
final class ElasticsearchClients implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ElasticsearchClients.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** A bulk that takes longer is sent again, which its ids make safe. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    /** Beside bulk requests: the template. */
    private static final int OTHER_CONNECTIONS = 2;

    private final List<HttpHost> hosts;
    private final RestClient rest;
    private final ElasticsearchTransport transport;

    private ElasticsearchClients(List<HttpHost> hosts, RestClient rest) {
        this.hosts = hosts;
        this.rest = rest;
        this.transport = new RestClientTransport(rest, new JacksonJsonpMapper());
    }

    /**
     * Opens the connection a configuration describes.
     *
     * @throws org.apache.kafka.common.config.ConfigException where its certificates cannot be read
     */
    static ElasticsearchClients open(ElasticsearchTraceSinkConfig config) {
        SSLContext tls = Tls.context(config);
        boolean anyHostName = config.tlsVerification() != TlsVerification.FULL;
        RestClient rest = RestClient.builder(config.hosts().toArray(HttpHost[]::new))
                .setDefaultHeaders(authorization(config).toArray(Header[]::new))
                .setCompressionEnabled(config.compression())
                .setRequestConfigCallback(request -> request.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setSocketTimeout((int) ANSWER_TIMEOUT.toMillis())
                        // A redirect would send credentials where the configuration does not.
                        .setRedirectsEnabled(false))
                .setHttpClientConfigCallback(http -> {
                    threadsAndConnections(http, config.maxInFlight() + OTHER_CONNECTIONS);
                    return anyHostName
                            ? http.setSSLContext(tls).setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE)
                            : http.setSSLContext(tls);
                })
                .build();
        return new ElasticsearchClients(config.hosts(), rest);
    }

    /** For bulk requests. */
    RestClient rest() {
        return rest;
    }

    /** For administration by a thread that may wait. */
    ElasticsearchClient blocking() {
        return new ElasticsearchClient(transport);
    }

    /** For administration by a thread that may not. */
    ElasticsearchAsyncClient async() {
        return new ElasticsearchAsyncClient(transport);
    }

    /**
     * Looks for the reason of a failure that does not show it: a connection that was closed without an answer.
     *
     * @param then is given {@link WrongProtocol} if that is the reason, else the failure as it came; called once, by this or
     *     another thread
     */
    void explain(Exception failure, Consumer<Exception> then) {
        if (!WrongProtocol.mayExplain(failure)) {
            then.accept(failure);
            return;
        }
        Thread probe = new Thread(() -> then.accept(explained(failure)), "courier-elasticsearch-probe");
        probe.setDaemon(true);
        probe.start();
    }

    private Exception explained(Exception failure) {
        for (HttpHost host : hosts) {
            WrongProtocol found = WrongProtocol.at(host, (int) CONNECT_TIMEOUT.toMillis());
            if (found != null) {
                return found;
            }
        }
        return failure;
    }

    /** Ends requests under way. */
    @Override
    public void close() {
        try {
            transport.close();
        } catch (IOException e) {
            log.warn("The client did not close cleanly", e);
        }
    }

    /** Sent from the first request on: waiting to be asked would cost a round trip with the whole body. */
    private static List<Header> authorization(ElasticsearchTraceSinkConfig config) {
        List<Header> headers = new ArrayList<>();
        if (!config.apiKey().value().isEmpty()) {
            headers.add(
                    new BasicHeader("Authorization", "ApiKey " + config.apiKey().value()));
        } else if (!config.username().isEmpty()) {
            byte[] credentials = (config.username() + ':' + config.password().value()).getBytes(UTF_8);
            headers.add(new BasicHeader(
                    "Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials)));
        }
        return headers;
    }

    private static void threadsAndConnections(HttpAsyncClientBuilder http, int connections) {
        ThreadFactory daemons = task -> {
            Thread created = new Thread(task, "courier-elasticsearch-io");
            created.setDaemon(true);
            return created;
        };
        http.setThreadFactory(daemons)
                .setMaxConnPerRoute(connections)
                .setMaxConnTotal(Integer.MAX_VALUE)
                .setDefaultIOReactorConfig(IOReactorConfig.custom()
                        .setIoThreadCount(1)
                        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setSoTimeout((int) ANSWER_TIMEOUT.toMillis())
                        .setSoKeepAlive(true)
                        .setTcpNoDelay(true)
                        .build());
    }
}
