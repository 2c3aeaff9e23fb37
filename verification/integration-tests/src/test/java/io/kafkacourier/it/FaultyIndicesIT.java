/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.HttpJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A faulty index never stops the others. Of three daily indices on a real server, two are faulty at a time. The third
 * accepts its documents, memory stays limited, and all documents arrive when the indices work again, without a restart.
 */
class FaultyIndicesIT {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(UTC);
    private static final Path DIRECTORY = Path.of("target", "faulty-indices-it").toAbsolutePath();
    private static final int ROUNDS = 30;
    private static final long BUFFER = 4 << 20;

    private static EmbeddedElasticsearch elasticsearch;

    private final Instant now = Instant.now();

    /** A fault of an index, and its repair. */
    private record Illness(String name, String error, Step infect, Step cure) {

        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    private interface Step {
        void on(String index) throws IOException;
    }

    @BeforeAll
    static void start() {
        elasticsearch = new EmbeddedElasticsearch(DIRECTORY);
        elasticsearch.start();
    }

    @AfterAll
    static void stop() {
        elasticsearch.close();
    }

    static Stream<Illness> illnesses() {
        return Stream.of(
                new Illness(
                        "flood stage",
                        "429 cluster_block_exception",
                        settings("{\"index.blocks.read_only_allow_delete\":true}"),
                        settings("{\"index.blocks.read_only_allow_delete\":null}")),
                new Illness(
                        "no primary",
                        "503 unavailable_shards_exception",
                        index -> {
                            request("DELETE", "/" + index, "");
                            request("PUT", "/" + index + "?wait_for_active_shards=0&timeout=1s", """
                                    {"settings": {"index.routing.allocation.require._name": "no-such-node"}}""");
                        },
                        settings("{\"index.routing.allocation.require._name\":null}")),
                new Illness(
                        "closed",
                        "400 index_closed_exception",
                        index -> request("POST", "/" + index + "/_close", ""),
                        index -> request("POST", "/" + index + "/_open", "")),
                new Illness(
                        "time out",
                        "503 unavailable_shards_exception",
                        settings("{\"index.write.wait_for_active_shards\":\"2\"}"),
                        settings("{\"index.write.wait_for_active_shards\":null}")));
    }

    @ParameterizedTest
    @MethodSource("illnesses")
    void twoFaultyIndicesOfThreeStopNeitherTheThirdNorTheSink(Illness illness) throws IOException {
        String prefix = illness.name().replace(' ', '-');
        List<String> indices =
                IntStream.range(0, 3).mapToObj(age -> index(prefix, age)).toList();
        Map<String, String> config = Map.of(
                "elasticsearch.hosts", elasticsearch.url().toString(),
                "elasticsearch.request.timeout", "4s",
                "buffer.max.bytes", String.valueOf(BUFFER));
        try (SinkTaskRun run = new SinkTaskRun(prefix, config)) {
            run.put(events("before", 1)).awaitAllCommitted();
            int expected = 1;
            for (int healthy = 0; healthy < 3; healthy++) {
                String healthyIndex = indices.get(healthy);
                List<String> faultyIndices = indices.stream()
                        .filter(index -> !index.equals(healthyIndex))
                        .toList();
                for (String index : faultyIndices) {
                    illness.infect().on(index);
                }
                for (int round = 0; round < ROUNDS; round++) {
                    run.put(events(healthy + "-" + round, 5));
                }
                expected += 5 * ROUNDS;
                run.awaitError(illness.error());
                run.await(() -> documents(healthyIndex), expected - lost(illness, healthy));
                assertThat(run.isPaused()).as("paused").isFalse();
                assertThat(run.bufferedBytes()).as("memory").isPositive().isLessThan(BUFFER);

                for (String index : faultyIndices) {
                    illness.cure().on(index);
                }
                run.awaitAllCommitted();
            }
            assertThat(run.reports()).isEmpty();
            assertThat(run.bufferedBytes()).as("memory").isZero();
        }
    }

    /**
     * An index that loses its primary is a new index: its documents are gone, but not those that the sink still holds.
     */
    private static int lost(Illness illness, int healthy) {
        return illness.name().equals("no primary") && healthy > 0 ? 1 + 5 * ROUNDS * (healthy - 1) : 0;
    }

    private String index(String prefix, int age) {
        return prefix + "-" + DAY.format(day(age));
    }

    private Instant day(int age) {
        return now.minus(Duration.ofDays(age));
    }

    /** The same number of events for each of three days. */
    private List<String> events(String id, int each) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (int age = 0; age < 3; age++) {
                events.add("{\"schema\":1,\"event_id\":\"" + id + "-" + i + "-" + age
                        + "\",\"event\":\"send\",\"@timestamp\":\"" + day(age) + "\"}");
            }
        }
        return events;
    }

    private static Step settings(String settings) {
        return index -> request("PUT", "/" + index + "/_settings", settings);
    }

    private static long documents(String index) throws IOException {
        request("POST", "/" + index + "/_refresh", "");
        return elasticsearch
                .http()
                .get("/" + index + "/_count")
                .body()
                .path("count")
                .asLong();
    }

    /** Sends a request that must succeed. */
    private static void request(String method, String path, String body) throws IOException {
        HttpJson.Answer answer = elasticsearch.http().send(method, path, body);
        assertThat(answer.isOk()).as("%s %s: %s", method, path, answer).isTrue();
    }
}
