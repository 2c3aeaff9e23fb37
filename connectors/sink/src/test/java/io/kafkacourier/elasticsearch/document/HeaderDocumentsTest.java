/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.trace.EventPrivacy;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderDocumentsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant WRITTEN = Instant.parse("2026-11-20T01:02:03.004Z");
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + SPAN + "-01";
    private static final String SECRET = "{\"card\":\"4111\"}";

    private final IndexNames indices = new DailyIndices("traces", Duration.ofDays(7), Clock.fixed(NOW, ZoneOffset.UTC));
    private final AtomicInteger unsampled = new AtomicInteger();
    private final Documents documents = documents(EventPrivacy.defaults());
    private final Documents either =
            new EventOrHeaderDocuments(new ValueDocuments(indices), documents(EventPrivacy.defaults()));

    @Test
    void tellsWhereAMessageWasAndNothingOfItsPayload() {
        SinkRecord record = record(
                SECRET,
                Map.of(
                        "traceparent", TRACEPARENT,
                        "message_id", "m-1",
                        "__courier.origin.topic", "orders",
                        "__courier.origin.partition", "3",
                        "__courier.origin.offset", "17",
                        "__courier.origin.timestamp", Long.toString(WRITTEN.toEpochMilli() - 5_000)));

        Document document = Objects.requireNonNull(documents.of(record));

        assertThat(document.index()).isEqualTo("traces-2026.11.20");
        assertThat(document.json()).asString(UTF_8).doesNotContain("4111", "card", "\n", "key-1");
        JsonNode event = read(document);
        assertThat(document.id())
                .asString(UTF_8)
                .isEqualTo(event.path("event_id").asText());
        assertThat(event.path("schema").asInt()).isEqualTo(1);
        assertThat(event.path("event").asText()).isEqualTo("receive");
        assertThat(event.path("status").asText()).isEqualTo("ok");
        assertThat(event.path("trace_id").asText()).isEqualTo(TRACE);
        assertThat(event.path("parent_span_id").asText()).isEqualTo(SPAN);
        assertThat(event.path("span_id").asText()).hasSize(16).isNotEqualTo(SPAN);
        assertThat(event.path("message_id").asText()).isEqualTo("m-1");
        assertThat(event.path("topic").asText()).isEqualTo("mails");
        assertThat(event.path("partition").asInt()).isEqualTo(2);
        assertThat(event.path("offset").asLong()).isEqualTo(40);
        assertThat(event.path("origin_topic").asText()).isEqualTo("orders");
        assertThat(event.path("origin_offset").asLong()).isEqualTo(17);
        assertThat(event.path("e2e_ms").asLong()).isEqualTo(5_000);
        assertThat(event.path("connector").asText()).isEqualTo("audit");
        assertThat(event.path("key_hash").asText()).hasSize(16);
        assertThat(event.path("value_size").asInt()).isEqualTo(SECRET.length());
    }

    @Test
    void takesTheTimeOfTheRecordSoThatARedeliveryMeetsItself() {
        SinkRecord record = record(SECRET, Map.of("traceparent", TRACEPARENT));

        Document first = Objects.requireNonNull(documents.of(record));
        Document again = Objects.requireNonNull(documents.of(record));

        assertThat(again.index()).isEqualTo(first.index());
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(read(first).path("@timestamp").asText()).isEqualTo(WRITTEN.toString());
        assertThat(read(first).path("record_ts").asText()).isEqualTo(WRITTEN.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "traceparent,    " + TRACEPARENT + ",                   true",
        "b3,             " + TRACE + "-" + SPAN + "-1,          true",
        "ce_traceparent, " + TRACEPARENT + ",                   true",
        "trace_id,       " + TRACE + ",                         true",
        "traceparent,    00-0-0-01,                             false",
        "message_id,     m-1,                                   false",
        "trace_hops,     'v1,1;p,shop,1795345200000',           false"
    })
    void hasNothingToSayWithoutAReadableTraceHeader(String name, String value, boolean traced) {
        Document document = documents.of(record(SECRET, Map.of(name, value)));

        assertThat(document != null).isEqualTo(traced);
    }

    @ParameterizedTest
    @CsvSource({
        "traceparent,    00-" + TRACE + "-" + SPAN + "-00",
        "traceparent,    00-" + TRACE + "-" + SPAN + "-02",
        "b3,             " + TRACE + "-" + SPAN + "-0",
        "ce_traceparent, 00-" + TRACE + "-" + SPAN + "-00"
    })
    void skipsAndCountsWhatIsNotSampled(String name, String value) {
        SinkRecord record = record(SECRET, Map.of(name, value));

        assertThat(documents.of(record)).isNull();
        assertThat(either.of(record)).isNull();
        assertThat(unsampled).hasValue(2);
        documents.of(record(SECRET, Map.of("other", "x")));
        assertThat(unsampled).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret"})
    void revealsAHashOfTheKeyThatDependsOnTheSecret(String secret) {
        EventPrivacy privacy = EventPrivacy.of("hash", secret, "capped");

        assertThat(revealedKey(privacy)).matches("[0-9a-f]{16}").isEqualTo(privacy.key("key-1"));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "null", textBlock = """
            clear, '',     key-1
            none,  '',     null
            none,  secret, null
            """)
    void revealsOfTheKeyWhatIsConfigured(String form, String secret, @Nullable String expected) {
        assertThat(revealedKey(EventPrivacy.of(form, secret, "capped"))).isEqualTo(expected);
    }

    @Test
    void reportsTheApplicationsOwnNameForTheTrace() {
        Document document = Objects.requireNonNull(
                documents.of(record(SECRET, Map.of("traceparent", TRACEPARENT, "trace_id", "req-42"))));

        assertThat(read(document).path("trace_id").asText()).isEqualTo(TRACE);
        assertThat(read(document).path("trace_name").asText()).isEqualTo("req-42");
    }

    @Test
    void tellsOfATombstoneToo() {
        Document document = Objects.requireNonNull(documents.of(record(null, Map.of("traceparent", TRACEPARENT))));

        assertThat(read(document).path("tombstone").asBoolean()).isTrue();
    }

    @Test
    void refusesARecordWithoutATime() {
        SinkRecord timeless = record(SECRET, Map.of("traceparent", TRACEPARENT))
                .newRecord("mails", 2, null, null, null, SECRET, null);

        assertThatThrownBy(() -> documents.of(timeless))
                .isInstanceOf(DataException.class)
                .hasMessage("has trace headers but no timestamp within 2000 to 2999");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "null", textBlock = """
            {"schema":1,"event_id":"e1","event":"send"}              | true  | e1
            {"schema":1,"event_id":"e1","event":"send"}              | false | e1
            {"schema":2,"event_id":"e1","event":"send"}              | true  | receive
            {"schema":"1","event_id":"e1","event":"send"}            | true  | receive
            {"schema":1,"event_id":"e1","event":"bought"}            | true  | receive
            {"schema":1,"event_id":1,"event":"send"}                 | true  | receive
            {"schema":1,"event":"send"}                              | true  | receive
            {"order":1}                                              | true  | receive
            not json                                                 | true  | receive
            null                                                     | true  | receive
            {"schema":1,"event":"send"}                              | false | nothing
            not json                                                 | false | nothing
            null                                                     | false | nothing
            """)
    void takesTheValueWhereItIsAnEventElseTheHeadersElseNothing(
            @Nullable String value, boolean traced, String expected) {
        Document document =
                either.of(record(value, traced ? Map.of("traceparent", TRACEPARENT) : Map.of("other", "x")));

        assertThat(described(document)).isEqualTo(expected);
    }

    private static String described(@Nullable Document document) {
        if (document == null) {
            return "nothing";
        }
        String event = read(document).path("event").asText();
        return event.equals("receive") ? event : new String(document.id(), UTF_8);
    }

    private @Nullable String revealedKey(EventPrivacy privacy) {
        JsonNode key = read(Objects.requireNonNull(
                        documents(privacy).of(record(SECRET, Map.of("traceparent", TRACEPARENT)))))
                .path("key_hash");
        return key.isMissingNode() ? null : key.asText();
    }

    private HeaderDocuments documents(EventPrivacy privacy) {
        return new HeaderDocuments(indices, "audit", privacy, unsampled::incrementAndGet);
    }

    private static JsonNode read(Document document) {
        try {
            return new ObjectMapper().readTree(document.json());
        } catch (IOException e) {
            throw new AssertionError("a document is JSON", e);
        }
    }

    private static SinkRecord record(@Nullable String value, Map<String, String> headers) {
        SinkRecord record = new SinkRecord(
                "mails",
                2,
                Schema.STRING_SCHEMA,
                "key-1",
                Schema.OPTIONAL_BYTES_SCHEMA,
                value == null ? null : value.getBytes(UTF_8),
                40,
                WRITTEN.toEpochMilli(),
                TimestampType.CREATE_TIME);
        headers.forEach((name, text) -> record.headers().addBytes(name, text.getBytes(UTF_8)));
        return record;
    }
}
