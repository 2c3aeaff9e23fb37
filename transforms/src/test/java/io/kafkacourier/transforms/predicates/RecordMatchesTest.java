/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms.predicates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.kafka.record.RecordKind;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordMatchesTest {

    private final RecordMatches<SinkRecord> predicate = new RecordMatches<>();

    @AfterEach
    void close() {
        predicate.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            value.type == 'paid'                      ; true
            value.type == 'paid' and value.amount > 5 ; true
            value.type == 'lost'                      ; false
            value.none exists                         ; false
            topic == 'orders' and partition == 3      ; true
            header.tenant == 'acme'                   ; true
            """)
    void isTrueIfTheConditionHolds(String when, boolean holds) {
        predicate.configure(Map.of("when", when));
        SinkRecord json = record("{\"type\":\"paid\",\"amount\":7}".getBytes(UTF_8));
        SinkRecord map = record(Map.of("type", "paid", "amount", 7));

        SinkRecord framed = record("\0\0\0\0\7{\"type\":\"paid\",\"amount\":7}".getBytes(UTF_8));

        assertThat(predicate.test(framed)).isEqualTo(holds);
        assertThat(predicate.test(json)).isEqualTo(holds);
        assertThat(predicate.test(map)).isEqualTo(holds);
    }

    @Test
    void readsStructs() {
        Schema schema =
                SchemaBuilder.struct().field("type", Schema.STRING_SCHEMA).build();
        predicate.configure(Map.of("when", "value.type == 'paid'"));

        assertThat(predicate.test(record(new Struct(schema).put("type", "paid"))))
                .isTrue();
        assertThat(predicate.test(record(new Struct(schema).put("type", "lost"))))
                .isFalse();
    }

    @Test
    void isFalseForATombstone() {
        predicate.configure(Map.of("when", "value.type == 'paid'"));

        assertThat(predicate.test(record(null))).isFalse();
    }

    @Test
    void isFalseForRecordsThatAreNotMessages() {
        RecordMatches<SourceRecord> all = new RecordMatches<>();
        all.configure(Map.of("when", "topic exists"));
        Map<String, Object> hop = new HashMap<>();
        RecordKind.HOP.mark(hop);

        assertThat(all.test(new SourceRecord(Map.of(), Map.of(), "t", null, null)))
                .isTrue();
        assertThat(all.test(new SourceRecord(Map.of(), hop, "t", null, null))).isFalse();
        all.close();
    }

    @Test
    void refusesABodyThatIsNotJsonWithoutShowingIt() {
        predicate.configure(Map.of("when", "value.type == 'paid'"));

        assertThatThrownBy(() -> predicate.test(record("secret".getBytes(UTF_8))))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("RecordMatches", "orders", "is not JSON at byte 0")
                .hasMessageNotContaining("secret");
    }

    @Test
    void reportsMistakesInTheCondition() {
        assertThatThrownBy(() -> predicate.configure(Map.of("when", "value.x = 1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("for configuration when: at position 9 expected: ==");
        assertThatThrownBy(() -> predicate.configure(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("when");
    }

    private static SinkRecord record(@Nullable Object value) {
        SinkRecord record = new SinkRecord("orders", 3, null, null, null, value, 7);
        record.headers().addString("tenant", "acme");
        return record;
    }
}
