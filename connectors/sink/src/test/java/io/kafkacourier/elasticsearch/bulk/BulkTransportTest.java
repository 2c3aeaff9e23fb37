/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.elasticsearch.FakeElasticsearch;
import io.kafkacourier.sink.Batch;
import io.kafkacourier.sink.Response;
import io.kafkacourier.sink.Response.Results;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.http.HttpHost;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.DnsResolver;
import org.apache.http.impl.nio.conn.PoolingNHttpClientConnectionManager;
import org.apache.http.impl.nio.reactor.DefaultConnectingIOReactor;
import org.apache.http.nio.conn.NoopIOSessionStrategy;
import org.apache.http.nio.conn.SchemeIOSessionStrategy;
import org.apache.http.nio.reactor.IOReactorException;
import org.apache.kafka.connect.errors.ConnectException;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BulkTransportTest {

    private static final long LIMIT_MS = 10_000;

    private final FakeElasticsearch elasticsearch = new FakeElasticsearch();
    private final BlockingQueue<Supplier<Response>> responses = new LinkedBlockingQueue<>();
    private final CountDownLatch resolvable = new CountDownLatch(1);

    @AfterEach
    void stop() {
        elasticsearch.close();
    }

    /** The HTTP client looks up host names in the thread that calls it, and a name server may take its time. */
    @Test
    @Timeout(30)
    void neitherSendingNorCheckingWaitsForANameServer() throws Exception {
        try (RestClient client = clientWithASlowNameServer();
                BulkTransport transport = transport(client)) {
            transport.send(new Batch(), Duration.ofSeconds(1), responses::add);
            transport.check(responses::add);
            assertThat(responses).isEmpty();

            resolvable.countDown();

            assertThat(List.of(take().get(), take().get()))
                    .containsExactlyInAnyOrder(new Results(List.of()), Results.OF_CHECK);
        }
    }

    @Test
    @Timeout(30)
    void aClientThatHasStoppedEndsTheTask() throws Exception {
        resolvable.countDown();
        RestClient client = clientWithASlowNameServer();
        client.close();
        try (BulkTransport transport = transport(client)) {
            transport.send(new Batch(), Duration.ofSeconds(1), responses::add);
            Supplier<Response> response = take();
            assertThatThrownBy(response::get).isInstanceOf(ConnectException.class);
        }
    }

    private Supplier<Response> take() throws InterruptedException {
        return Objects.requireNonNull(responses.poll(LIMIT_MS, TimeUnit.MILLISECONDS), "no response");
    }

    private static BulkTransport transport(RestClient client) {
        return new BulkTransport(client, (failure, then) -> then.accept(failure));
    }

    private RestClient clientWithASlowNameServer() throws IOReactorException {
        DnsResolver slow = host -> {
            try {
                resolvable.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        PoolingNHttpClientConnectionManager connections = new PoolingNHttpClientConnectionManager(
                new DefaultConnectingIOReactor(),
                null,
                RegistryBuilder.<SchemeIOSessionStrategy>create()
                        .register("http", NoopIOSessionStrategy.INSTANCE)
                        .build(),
                slow);
        HttpHost host = HttpHost.create(elasticsearch.url().replace("localhost", "elasticsearch.example"));
        return RestClient.builder(host)
                .setHttpClientConfigCallback(http -> http.setConnectionManager(connections))
                .build();
    }
}
