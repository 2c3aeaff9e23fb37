/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.elasticsearch.BulkSender.Reply;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.http.HttpHost;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.DnsResolver;
import org.apache.http.impl.nio.conn.PoolingNHttpClientConnectionManager;
import org.apache.http.impl.nio.reactor.DefaultConnectingIOReactor;
import org.apache.http.nio.conn.NoopIOSessionStrategy;
import org.apache.http.nio.conn.SchemeIOSessionStrategy;
import org.apache.http.nio.reactor.IOReactorException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BulkSenderTest {

    private static final long LIMIT_MS = 10_000;

    private final FakeElasticsearch elasticsearch = new FakeElasticsearch();
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
                BulkSender sender = new BulkSender(client)) {
            sender.send(bulk(), 5, Duration.ofSeconds(1));
            sender.check(6);
            assertThat(sender.inFlight()).isEqualTo(1);
            assertThat(sender.isChecking()).isTrue();
            assertThat(sender.poll()).isNull();

            resolvable.countDown();

            Reply first = Objects.requireNonNull(sender.poll(LIMIT_MS));
            Reply second = Objects.requireNonNull(sender.poll(LIMIT_MS));
            Reply toBulk = first.isToACheck() ? second : first;
            Reply toCheck = first.isToACheck() ? first : second;
            assertThat(toBulk.status()).isEqualTo(200);
            assertThat(toBulk.sentMs()).isEqualTo(5);
            assertThat(toBulk.product()).isEqualTo("Elasticsearch");
            assertThat(toCheck.isToACheck()).isTrue();
            assertThat(sender.inFlight()).isZero();
            assertThat(sender.isChecking()).isFalse();
        }
    }

    @Test
    @Timeout(30)
    void aClientThatHasStoppedIsAFailureLikeAnyOther() throws Exception {
        resolvable.countDown();
        RestClient client = clientWithASlowNameServer();
        client.close();
        try (BulkSender sender = new BulkSender(client)) {
            sender.send(bulk(), 5, Duration.ofSeconds(1));
            assertThat(Objects.requireNonNull(sender.poll(LIMIT_MS)).failure()).isNotNull();
        }
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

    private static Bulk bulk() {
        Bulk bulk = new Bulk();
        SinkRecord record = new SinkRecord("t", 0, null, null, null, "v", 0, 0L, TimestampType.CREATE_TIME);
        bulk.add(new Offsets().track(record, 0), new Document("a", "1".getBytes(UTF_8), "{}".getBytes(UTF_8)));
        return bulk;
    }
}
