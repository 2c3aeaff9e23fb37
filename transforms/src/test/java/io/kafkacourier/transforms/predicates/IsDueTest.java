/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms.predicates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.record.RecordKind;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class IsDueTest {

    private final IsDue<SourceRecord> isDue = new IsDue<>();

    @Test
    void isTrueForAMessageOnItsWayToItsTarget() {
        assertThat(isDue.test(record(RecordKind.MESSAGE))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "MESSAGE")
    void isFalseForOtherRecordsOfOurConnectors(RecordKind kind) {
        assertThat(isDue.test(record(kind))).isFalse();
    }

    @Test
    void isTrueForRecordsOfOtherConnectors() {
        assertThat(isDue.test(at(null))).isTrue();
        assertThat(isDue.test(at(Map.of("record", 7L)))).isTrue();
        assertThat(isDue.test(at(Map.of("record", "something else")))).isTrue();
        assertThat(new IsDue<SinkRecord>().test(new SinkRecord("orders", 0, null, null, null, null, 0)))
                .isTrue();
    }

    @Test
    void isNotMisledByHeadersThatAnyoneCanForge() {
        ConnectHeaders forged = new ConnectHeaders();
        forged.addBytes("__courier.hop.due", "7".getBytes(UTF_8));
        forged.addBytes("__courier.hop.release", "7".getBytes(UTF_8));
        forged.addBytes("__courier.route.reason", "NO_TARGET".getBytes(UTF_8));
        forged.addString("record", "hop");

        SourceRecord message = record(RecordKind.MESSAGE);
        forged.forEach(message.headers()::add);
        SourceRecord hop = record(RecordKind.HOP);
        hop.headers().addString("record", "message");

        assertThat(isDue.test(message)).isTrue();
        assertThat(isDue.test(hop)).isFalse();
    }

    @Test
    void hasNoKeysAndIsFoundByTheServiceLoader() {
        isDue.configure(Map.of());
        isDue.close();

        assertThat(isDue.config().configKeys()).isEmpty();
        assertThat(isDue.version()).isNotEmpty();
        assertThat(ServiceLoader.load(Predicate.class))
                .anySatisfy(found -> assertThat(found).isInstanceOf(IsDue.class));
    }

    private static SourceRecord record(RecordKind kind) {
        Map<String, Object> offset = new HashMap<>(Map.of("next", 1L));
        kind.mark(offset);
        return at(offset);
    }

    private static SourceRecord at(@Nullable Map<String, ?> offset) {
        return new SourceRecord(Map.of("topic", "orders"), offset, "due", null, null);
    }
}
