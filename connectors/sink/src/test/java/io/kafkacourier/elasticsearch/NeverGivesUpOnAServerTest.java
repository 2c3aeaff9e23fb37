/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder.responseDefinition;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.answer;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.error;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.http.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that fails is tried again without limit, and reading goes on between the attempts. */
class NeverGivesUpOnAServerTest extends TaskOnFakeServer {

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504, 401, 403, 404})
    void neverGivesUpOnAServerThatRefusesEverything(int status) {
        String body = error(status, "some_exception", "no");
        elasticsearch.next(status, body).next(status, body).next(status, body);
        start();
        put(records(0, 4));
        awaitCommittable(TRACES, 4);
        assertThat(elasticsearch.documents()).hasSize(4);
        assertThat(context.reports).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void neverGivesUpOnABrokenConnection(Fault fault) {
        elasticsearch.nextBreaks(fault).nextBreaks(fault);
        start();
        put(records(0, 4));
        awaitCommittable(TRACES, 4);
        assertThat(elasticsearch.documents()).hasSize(4);
    }

    @Test
    void survivesAServerThatIsNotThere() {
        start();
        elasticsearch.close();
        put(records(0, 4));
        await().until(() -> {
            put(List.of());
            return context.paused.contains(TRACES);
        });
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void pausesWhileTheServerIsInTroubleAndResumesAfter() {
        for (int i = 0; i < 3; i++) {
            elasticsearch.next(503, error(503, "unavailable", "no"));
        }
        start();
        put(records(0, 4));
        await().until(() -> {
            put(List.of());
            return context.paused.contains(TRACES);
        });
        awaitCommittable(TRACES, 4);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void readsOnBetweenAttemptsWhileTheServerIsInTrouble() {
        elasticsearch.refuseBulks(bulk -> answer(503, error(503, "unavailable", "no")));
        start();
        put(records(0, 1));
        for (int i = 0; i < 3; i++) {
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                put(List.of());
                return context.paused.contains(TRACES);
            });
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                put(List.of());
                return context.paused.isEmpty();
            });
        }
        assertThat(elasticsearch.documents()).isEmpty();
    }

    @Test
    void sendsExactlyTheItemsAgainThatWereRejected() {
        List<String> rejected = new ArrayList<>(List.of("e1", "e3"));
        elasticsearch.items(operation ->
                rejected.remove(operation.id()) ? item(429, "es_rejected_execution_exception", "queue full") : null);
        start();
        put(records(0, 5));
        awaitCommittable(TRACES, 5);
        assertThat(elasticsearch.bulks()).hasSize(2);
        assertThat(elasticsearch.bulks().get(1).stream().map(FakeElasticsearch.Operation::id))
                .containsExactly("e1", "e3");
        assertThat(elasticsearch.documents()).hasSize(5);
    }

    @Test
    void halvesARequestThatIsTooLargeForTheServer() {
        elasticsearch.next(413, "").next(413, "");
        start();
        put(records(0, 8));
        awaitCommittable(TRACES, 8);
        assertThat(elasticsearch.bulks()).extracting(List::size).startsWith(8);
        assertThat(elasticsearch.bulks())
                .extracting(List::size)
                .filteredOn(size -> size == 8)
                .hasSize(1);
        assertThat(elasticsearch.documents()).hasSize(8);
        assertThat(context.reports).isEmpty();
    }

    @Test
    void halvesARequestOverTheServersPressureLimit() {
        elasticsearch.next(429, error(429, "es_rejected_execution_exception", "limit"));
        start();
        put(records(0, 8));
        awaitCommittable(TRACES, 8);
        assertThat(elasticsearch.bulks()).extracting(List::size).containsExactly(8, 4, 4);
    }

    @Test
    void acceptsAnswersThatLostTheProductHeaderOnTheirWay() {
        elasticsearch.nextCarriedOutBut(
                body -> responseDefinition().withStatus(200).withBody(body));
        start(Map.of("index.template.manage", "false"));
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.bulks()).hasSize(1);
    }

    @Test
    void asksToBeCalledSoonWhileSomethingIsPending() {
        start(Map.of("linger", "50ms"));
        put(records(0, 1));
        assertThat(context.timeoutMs).isBetween(1L, 50L);
    }
}
