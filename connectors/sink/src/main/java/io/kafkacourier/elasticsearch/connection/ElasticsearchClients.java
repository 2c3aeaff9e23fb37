/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.ElasticsearchTransport;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import io.kafkacourier.elasticsearch.connection.ConnectionConfig.TlsVerification;
import io.kafkacourier.kafka.background.BackgroundExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.auth.AUTH;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.AuthCache;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.impl.auth.BasicScheme;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.client.DefaultConnectionKeepAliveStrategy;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;
import org.apache.http.impl.nio.reactor.IOReactorConfig;
import org.apache.http.message.BasicHeader;
import org.apache.http.protocol.HttpContext;
import org.apache.kafka.common.config.ConfigException;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of one connection: the low-level one for bulk requests, and the typed one on top of it for administration.
 * Opening it sends nothing to the server, which may be down.
 */
public final class ElasticsearchClients implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ElasticsearchClients.class);
    /** For requests for administration, in addition to those that write. */
    private static final int ADMINISTRATION = 2;
    /** How long a connection may be idle before it is not used again. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(30);

    private final ConnectionConfig connection;
    private final List<HttpHost> hosts;
    private final RestClient rest;
    private final ElasticsearchTransport transport;
    private final BackgroundExecutor sending = new BackgroundExecutor("courier-elasticsearch-send", Duration.ZERO);

    private ElasticsearchClients(ConnectionConfig connection, List<HttpHost> hosts, RestClient rest) {
        this.connection = connection;
        this.hosts = hosts;
        this.rest = rest;
        this.transport = new RestClientTransport(rest, new JacksonJsonpMapper());
    }

    /**
     * Opens the connection that a configuration describes.
     *
     * @param writes how many requests that write may be under way
     * @param compression whether bodies are sent with gzip
     * @throws ConfigException if certificates or keys cannot be read
     */
    public static ElasticsearchClients open(ConnectionConfig connection, int writes, boolean compression) {
        return open(connection, connection.hosts(), writes + ADMINISTRATION, compression);
    }

    /** A connection to one of the hosts, to find out whether it can be used. */
    static ElasticsearchClients probe(ConnectionConfig connection, HttpHost host) {
        return open(connection, List.of(host), 1, false);
    }

    private static ElasticsearchClients open(
            ConnectionConfig config, List<HttpHost> hosts, int connections, boolean compression) {
        SSLContext tls = Tls.context(config);
        boolean anyHostName = config.tlsVerification() != TlsVerification.FULL;
        RestClientBuilder builder = RestClient.builder(hosts.toArray(HttpHost[]::new))
                .setDefaultHeaders(authorization(config).toArray(Header[]::new))
                .setCompressionEnabled(compression)
                .setRequestConfigCallback(request -> request.setConnectTimeout(millis(config.connectTimeout()))
                        .setSocketTimeout(millis(config.requestTimeout()))
                        // A redirect would send credentials where the configuration does not.
                        .setRedirectsEnabled(false))
                .setHttpClientConfigCallback(http -> {
                    threadsAndConnections(http, config, connections);
                    HttpHost proxy = config.proxy();
                    if (proxy != null) {
                        goThrough(proxy, http, config);
                    }
                    return anyHostName
                            ? http.setSSLContext(tls).setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE)
                            : http.setSSLContext(tls);
                });
        if (!config.pathPrefix().isEmpty()) {
            builder.setPathPrefix(config.pathPrefix());
        }
        return new ElasticsearchClients(config, hosts, builder.build());
    }

    /** For bulk requests. */
    public RestClient rest() {
        return rest;
    }

    /** For administration by a thread that may wait. */
    public ElasticsearchClient blocking() {
        return new ElasticsearchClient(transport);
    }

    /** An error as an exception, which a listener takes: without a call, the caller would wait forever. */
    public static Exception exception(Throwable thrown) {
        return thrown instanceof Exception exception
                ? exception
                : new IllegalStateException("The request could not be sent: " + thrown, thrown);
    }

    /**
     * Sends a request for administration. Never waits: the client looks up names of hosts in the thread that sends.
     *
     * @param listener is called once, by another thread
     */
    void perform(Request request, ResponseListener listener) {
        try {
            sending.execute(() -> {
                try {
                    rest.performRequestAsync(request, listener);
                } catch (RuntimeException | Error neverSent) {
                    listener.onFailure(exception(neverSent));
                }
            });
        } catch (RejectedExecutionException closed) {
            listener.onFailure(closed);
        }
    }

    /**
     * Looks for the reason of a failure that does not show it: a connection that was closed without an answer.
     *
     * @param then is given {@link WrongProtocol} if that is the reason, else the failure as it came; called once, by this or
     *     another thread
     */
    public void explain(Exception failure, Consumer<Exception> then) {
        if (!WrongProtocol.mayExplain(failure) || connection.proxy() != null) {
            then.accept(failure);
            return;
        }
        daemon(() -> then.accept(explained(failure)), "probe").start();
    }

    private Exception explained(Exception failure) {
        for (HttpHost host : hosts) {
            WrongProtocol found = WrongProtocol.at(host, millis(connection.connectTimeout()));
            if (found != null) {
                return found;
            }
        }
        return failure;
    }

    /** Ends requests under way. */
    @Override
    public void close() {
        sending.close();
        try {
            transport.close();
        } catch (IOException e) {
            log.warn("The client did not close cleanly", e);
        }
    }

    /** Sent from the first request on: waiting to be asked would cost a round trip with the whole body. */
    private static List<Header> authorization(ConnectionConfig config) {
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

    private static void threadsAndConnections(HttpAsyncClientBuilder http, ConnectionConfig config, int connections) {
        http.setThreadFactory(task -> daemon(task, "io"))
                .setMaxConnPerRoute(connections)
                .setMaxConnTotal(Integer.MAX_VALUE)
                .setKeepAliveStrategy(ElasticsearchClients::keptAliveMs)
                .setDefaultIOReactorConfig(IOReactorConfig.custom()
                        .setIoThreadCount(1)
                        .setConnectTimeout(millis(config.connectTimeout()))
                        .setSoTimeout(millis(config.requestTimeout()))
                        .setSoKeepAlive(true)
                        .setTcpNoDelay(true)
                        .build());
    }

    /** Load balancers and firewalls forget idle connections silently; a request on one would wait for its timeout. */
    private static long keptAliveMs(HttpResponse response, HttpContext context) {
        long byServerMs = DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context);
        return byServerMs > 0 ? Math.min(byServerMs, MAX_IDLE.toMillis()) : MAX_IDLE.toMillis();
    }

    private static void goThrough(HttpHost proxy, HttpAsyncClientBuilder http, ConnectionConfig config) {
        http.setProxy(proxy);
        if (!config.proxyUsername().isEmpty()) {
            BasicCredentialsProvider credentials = new BasicCredentialsProvider();
            credentials.setCredentials(
                    new AuthScope(proxy),
                    new UsernamePasswordCredentials(
                            config.proxyUsername(), config.proxyPassword().value()));
            http.setDefaultCredentialsProvider(credentials)
                    // Sent from the first request on: waiting to be asked would cost a round trip with the whole body.
                    .addInterceptorFirst((HttpRequest request, HttpContext context) -> {
                        AuthCache known = HttpClientContext.adapt(context).getAuthCache();
                        if (known != null) {
                            BasicScheme basic = new BasicScheme();
                            basic.processChallenge(new BasicHeader(AUTH.PROXY_AUTH, "Basic"));
                            known.put(proxy, basic);
                        }
                    });
        }
    }

    private static Thread daemon(Runnable task, String purpose) {
        Thread created = new Thread(task, "courier-elasticsearch-" + purpose);
        created.setDaemon(true);
        return created;
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }
}
