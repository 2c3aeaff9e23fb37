/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreOriginTest {

    private final RestoreOrigin<SinkRecord> restore = new RestoreOrigin<>();

    RestoreOriginTest() {
        restore.configure(Map.of("topics.allow", "orders.*"));
    }

    @AfterEach
    void close() {
        restore.close();
    }

    @Test
    void restoresTheTopicAndKeepsPositionAndContent() {
        SinkRecord record = record("orders");

        SinkRecord restored = restore.apply(record);

        assertThat(restored.topic()).isEqualTo("orders");
        assertThat(restored.originalTopic()).isEqualTo("sink.retry");
        assertThat(restored.kafkaPartition()).isEqualTo(3);
        assertThat(restored.kafkaOffset()).isEqualTo(42);
        assertThat(restored.value()).isEqualTo("value");
        assertThat(restored.timestamp()).isEqualTo(7);
        assertThat(restored.headers()).isEqualTo(record.headers());
    }

    @Test
    void readsTheOriginInEveryTypeOfAHeaderConverter() {
        SinkRecord record = record(null);
        record.headers().addBytes("__courier.origin.topic", "orders.eu".getBytes(UTF_8));

        assertThat(restore.apply(record).topic()).isEqualTo("orders.eu");
    }

    @Test
    void returnsARecordWithoutOriginAsItIs() {
        SinkRecord record = record(null);

        assertThat(restore.apply(record)).isSameAs(record);
        assertThat(restore.left()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"secrets", "orders/../x", "", "__consumer_offsets"})
    void leavesARecordWhoseOriginIsNotAllowedAsItIsAndCountsIt(String origin) {
        SinkRecord record = record(origin);

        assertThat(restore.apply(record)).isSameAs(record);
        assertThat(restore.left()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_schemas", "connect-configs", "eu-connect-offsets", "connect-status", "__x"})
    void restoresAReservedTopicOnlyIfItIsListed(String origin) {
        restore.configure(Map.of("topics.allow", ".*", "topics.allow.internal", "_listed"));
        SinkRecord record = record(origin);

        assertThat(restore.apply(record)).isSameAs(record);
        assertThat(restore.apply(record("_listed")).topic()).isEqualTo("_listed");
        assertThat(restore.left()).isEqualTo(1);
    }

    @Test
    void aListedTopicNeedsNoPattern() {
        restore.configure(Map.of("topics.allow", "orders.*", "topics.allow.internal", "_listed"));

        assertThat(restore.apply(record("_listed")).topic()).isEqualTo("_listed");
    }

    @Test
    void ignoresRecordsThatAreNotMessages() {
        RestoreOrigin<SourceRecord> ofSource = new RestoreOrigin<>();
        ofSource.configure(Map.of("topics.allow", ".*"));
        SourceRecord hop =
                new SourceRecord(Map.of(), Map.of("record", "hop"), "retry.delay.16s", Schema.STRING_SCHEMA, "value");
        hop.headers().addString("__courier.origin.topic", "orders");

        assertThat(ofSource.apply(hop)).isSameAs(hop);
        ofSource.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "(", "(?=x)"})
    void refusesAnExpressionThatIsInvalid(String allow) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new RestoreOrigin<SinkRecord>().configure(Map.of("topics.allow", allow)))
                .withMessageContaining("topics.allow");
    }

    private static SinkRecord record(@Nullable String origin) {
        SinkRecord record = new SinkRecord(
                "sink.retry",
                3,
                Schema.STRING_SCHEMA,
                "key",
                Schema.STRING_SCHEMA,
                "value",
                42,
                7L,
                TimestampType.CREATE_TIME);
        if (origin != null) {
            record.headers().addString("__courier.origin.topic", origin);
        }
        return record;
    }
}
