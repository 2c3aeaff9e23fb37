/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static io.kafkacourier.elasticsearch.FakeElasticsearch.answer;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.error;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.html;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A record that can never be indexed is reported, and no other. */
class RefusesOnlyBadRecordsTest extends TaskOnFakeServer {

    @Test
    void reportsTheOneDocumentThatIsTooLarge() {
        for (int i = 0; i < 2; i++) {
            elasticsearch.next(413, "");
        }
        start(Map.of("max.in.flight", "1"));
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).containsOnlyKeys(INDEX + "e1");
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).error())
                .hasMessage("message-trace-0@0 was refused for index kafka-traces-2026.11.22 by Elasticsearch:"
                        + " 413 no reason given");
    }

    @Test
    void findsTheOneOperationThatSpoilsARequest() {
        start(Map.of("max.in.flight", "1"));
        // As the real one: a request is refused as long as the first of the eight is in it.
        for (int refusal = 0; refusal < 4; refusal++) {
            elasticsearch.next(400, error(400, "action_request_validation_exception", "id too long"));
        }
        put(records(0, 8));
        awaitCommittable(TRACES, 8);
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).record().kafkaOffset()).isZero();
        assertThat(elasticsearch.documents()).hasSize(7);
        assertThat(elasticsearch.bulks()).extracting(List::size).containsExactly(8, 4, 2, 1, 1, 2, 4);
    }

    @Test
    void reportsTheRecordItWasGivenAndHoldsItsOffsetUntilTheReportIsDurable() {
        elasticsearch.items(operation -> operation.id().equals("e1") ? BAD : null);
        context.reportsAreDurableAtOnce = false;
        start();
        List<SinkRecord> records = records(0, 3);
        put(records);
        awaitCommittable(TRACES, 1);
        await().until(() -> {
            put(List.of());
            return context.reports.size() == 1;
        });
        assertThat(context.reports.get(0).record()).isSameAs(records.get(1));
        assertThat(context.reports.get(0).error())
                .isInstanceOf(DataException.class)
                .hasMessage("message-trace-0@1 was refused for index kafka-traces-2026.11.22 by Elasticsearch:"
                        + " 400 document_parsing_exception");
        put(List.of());
        assertThat(committable(TRACES)).isEqualTo(1);
        context.reports.get(0).done().complete(null);
        awaitCommittable(TRACES, 3);
    }

    @Test
    void failsWhenAReportFails() {
        elasticsearch.items(operation -> BAD);
        context.reportsAreDurableAtOnce = false;
        start();
        put(records(0, 1));
        await().until(() -> {
            put(List.of());
            return context.reports.size() == 1;
        });
        context.reports.get(0).done().completeExceptionally(new IllegalStateException("dead letter topic is gone"));
        assertThatThrownBy(() -> put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessage("The report of message-trace-0@0 to the dead letter topic failed");
        assertThat(committable(TRACES)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "17", "[]", "\"text\"", "null", "{\"a\":1", "{\"a\":1} {}", "{\"a\":NaN}", "{a:1}"})
    void reportsValuesThatAreNotOneJsonObject(String value) {
        start();
        put(List.of(record(TRACES, 0, value), record(TRACES, 1, value(1))));
        awaitCommittable(TRACES, 2);
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).record().kafkaOffset()).isZero();
        assertThat(elasticsearch.documents()).containsOnlyKeys(INDEX + "e1");
    }

    @Test
    void passesOverWhatIsMalformedWhereToldTo() {
        context.hasReporter = false;
        start(Map.of("on.malformed", "warn"));
        put(List.of(record(TRACES, 0, "17"), record(TRACES, 1, value(1))));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).hasSize(1);
    }

    @Test
    void failsOnWhatIsMalformedWhereToldTo() {
        context.hasReporter = false;
        start(Map.of("on.malformed", "fail"));
        assertThatThrownBy(() -> put(List.of(record(TRACES, 0, "17"))))
                .isInstanceOf(ConnectException.class)
                .hasMessage("A record cannot be written, and on.malformed=fail")
                .rootCause()
                .hasMessage("message-trace-0@0 has a value that is not a JSON object");
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void refusesToStartWithoutAReporterToReportTo() {
        context.hasReporter = false;
        assertThatThrownBy(this::start)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("errors.tolerance=all and errors.deadletterqueue.topic.name");
    }

    @Test
    void refusesToStartWithoutADeadLetterTopic() {
        assertThatThrownBy(() -> start(Map.of("errors.deadletterqueue.topic.name", "")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("errors.deadletterqueue.topic.name")
                .hasMessageContaining("must name a topic");
    }

    static Stream<Arguments> waysToDislikeADocument() {
        return Stream.of(
                Arguments.of(
                        "no answer: SocketException", (Supplier<ResponseDefinitionBuilder>) FakeElasticsearch::cut),
                Arguments.of("403 no reason given", (Supplier<ResponseDefinitionBuilder>) () -> html(403)),
                Arguments.of("400 no reason given", (Supplier<ResponseDefinitionBuilder>) () -> html(400)),
                Arguments.of("400 illegal_argument_exception", (Supplier<ResponseDefinitionBuilder>)
                        () -> answer(400, error(400, "illegal_argument_exception", "something new"))));
    }

    @ParameterizedTest
    @MethodSource("waysToDislikeADocument")
    void findsTheOneDocumentWhoseRequestsNeverGetThrough(String error, Supplier<ResponseDefinitionBuilder> refusal) {
        elasticsearch.refuseBulks(
                bulk -> bulk.stream().anyMatch(operation -> operation.id().equals("e5")) ? refusal.get() : null);
        start();
        put(records(0, 12));
        awaitCommittable(TRACES, 12);
        assertThat(elasticsearch.documents()).hasSize(11);
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).record().kafkaOffset()).isEqualTo(5);
        assertThat(context.reports.get(0).error())
                .hasMessage(
                        "message-trace-0@5 was refused for index kafka-traces-2026.11.22 by Elasticsearch: " + error);
    }

    @ParameterizedTest
    @Tag("slow")
    @MethodSource("waysToDislikeADocument")
    void reportsNothingWhileEveryRequestIsRefused(String error, Supplier<ResponseDefinitionBuilder> refusal) {
        elasticsearch.refuseBulks(bulk -> refusal.get());
        start();
        put(records(0, 3));
        await().until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() > 30;
        });
        assertThat(context.reports).isEmpty();
        assertThat(committable(TRACES)).isZero();
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(attribute("DestinationFault"))
                    .as("faults that somebody has to fix")
                    .isEqualTo(1);
        });
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 3);
        assertThat(elasticsearch.documents()).hasSize(3);
        assertThat(attribute("DestinationFault")).isEqualTo(0);
    }

    /** What was sent before the trouble began proves nothing, however late it is answered. */
    @Test
    void reportsNothingIfOnlyRequestsFromBeforeTheTroubleWereTaken() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body).withFixedDelay(400));
        elasticsearch.refuseBulks(bulk -> html(403));
        start(Map.of("linger", "0", "bulk.max.records", "8", "max.in.flight", "2"));
        put(records(0, 1));
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() == 1;
        });
        put(records(1, 9));
        awaitCommittable(TRACES, 1);
        int refusedSoFar = elasticsearch.bulks().size();
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() > refusedSoFar + 80;
        });
        assertThat(context.reports).isEmpty();
        assertThat(elasticsearch.documents()).hasSize(1);
        assertThat(committable(TRACES)).isEqualTo(1);
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 9);
        assertThat(context.reports).isEmpty();
    }

    @Test
    void holdsAnUnclearErrorAgainstTheIndexUntilThatTookADocument() {
        elasticsearch.items(operation ->
                operation.id().equals("e0") ? item(400, "illegal_argument_exception", "something new") : null);
        start(Map.of("bulk.max.records", "1", "max.in.flight", "1"));
        put(records(0, 1));
        await().until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() >= 2;
        });
        assertThat(context.reports).isEmpty();
        put(records(1, 2));
        awaitCommittable(TRACES, 2);
        assertThat(context.reports).hasSize(1);
    }
}
