/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static io.kafkacourier.elasticsearch.FakeElasticsearch.answer;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.cut;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.error;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.html;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An offset is committed only when every record before it is indexed, reported or skipped. */
class CommitsOnlyWhatIsSettledTest extends TaskOnFakeServer {

    @Test
    void commitsNothingBeforeItsAnswer() {
        start(Map.of("linger", "1h"));
        put(records(0, 3));
        put(List.of());
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void sendsAllAgainWhenTheAnswerIsCutOff() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body.substring(0, body.length() / 2)));
        start();
        put(records(0, 4));
        awaitCommittable(TRACES, 4);
        assertThat(elasticsearch.bulks()).hasSize(2).allMatch(bulk -> bulk.size() == 4);
    }

    @Test
    void sendsAllAgainWhenTheAnswerCountsFewerItems() {
        elasticsearch.nextCarriedOutBut(
                body -> answer(200, "{\"errors\":false,\"items\":[{\"create\":{\"status\":201}}]}"));
        start();
        put(records(0, 4));
        awaitCommittable(TRACES, 4);
        assertThat(elasticsearch.bulks()).hasSize(2).allMatch(bulk -> bulk.size() == 4);
    }

    @Test
    void commitsNothingOnAnAnswerThatSaysNothing() {
        elasticsearch.next(200, "<html>welcome to the proxy</html>");
        start();
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).hasSize(2);
    }

    @Test
    void commitsBehindRecordsThatTransformsDropped() {
        start();
        put(records(0, 2));
        read.put(TRACES, 10L);
        awaitCommittable(TRACES, 10);
    }

    @Test
    void ignoresAnswersForAnEarlierAssignment() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body).withFixedDelay(300));
        start(Map.of("close.timeout", "0", "linger", "0"));
        put(List.of());
        awaitTemplate();
        put(records(0, 3));
        revoke(TRACES);
        assign(TRACES);
        elasticsearch.items(operation -> item(503, "unavailable", "later"));
        put(records(0, 3));
        await().until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() >= 3;
        });
        assertThat(committable(TRACES)).isZero();
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 3);
        assertThat(elasticsearch.documents()).hasSize(3);
    }

    /** Whatever goes wrong in whatever order: a record is indexed, or reported if it can never be, and nothing is committed before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyRecordIsIndexedOrReportedWhateverGoesWrong(long seed) {
        int count = 200;
        Random random = new Random(seed);
        elasticsearch.items(operation -> {
            if (operation.id().endsWith("7")) {
                return BAD;
            }
            return switch (random.nextInt(12)) {
                case 0 -> item(429, "es_rejected_execution_exception", "no");
                case 1 -> item(503, "unavailable_shards_exception", "no");
                case 2 -> item(403, "cluster_block_exception", "no");
                case 3 -> item(400, "index_closed_exception", "no");
                default -> null;
            };
        });
        elasticsearch.refuseBulks(bulk -> switch (random.nextInt(24)) {
            case 0 -> cut();
            case 1 -> html(502);
            case 2 -> html(504);
            case 3 -> answer(429, error(429, "es_rejected_execution_exception", "no"));
            case 4 -> bulk.size() > 4 ? html(413) : null;
            default -> null;
        });
        start(Map.of("bulk.max.records", "20", "buffer.max.bytes", "40000", "close.timeout", "0"));
        for (int i = 0; i < count / 2; i++) {
            put(List.of(ofTheDay(TRACES, i, 20 + i % 3)));
            assertThat(committable(TRACES)).isLessThanOrEqualTo(settledUpTo(count));
        }
        int redelivered = (int) committable(TRACES);
        revoke(TRACES);
        assign(TRACES);
        for (int i = redelivered; i < count; i++) {
            put(List.of(ofTheDay(TRACES, i, 20 + i % 3)));
            assertThat(committable(TRACES)).isLessThanOrEqualTo(settledUpTo(count));
        }
        elasticsearch.items(operation -> operation.id().endsWith("7") ? BAD : null);
        elasticsearch.refuseBulks(bulk -> null);
        awaitCommittable(TRACES, count);
        assertThat(settledUpTo(count)).isEqualTo(count);
        assertThat(context.reports)
                .extracting(report -> report.record().kafkaOffset())
                .allMatch(offset -> offset % 10 == 7);
    }
}
