/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.OffsetSet;
import io.kafkacourier.schedule.Progress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class SourceOffsetTest {

    private static final Progress PROGRESS = new Progress(120, 118, 1_769_860_800_000L, 117, OffsetSet.EMPTY, "s=1");

    @Test
    void comesBackAsItWasStored() {
        SourceOffset read = SourceOffset.parse(SourceOffset.of(PROGRESS, "id", RecordKind.MESSAGE), "now");

        assertThat(read).isEqualTo(new SourceOffset(PROGRESS, "id"));
    }

    @Test
    void hasTheDocumentedForm() {
        assertThat(SourceOffset.partition(new TopicPartition("orders", 3)))
                .isEqualTo(Map.of("topic", "orders", "partition", 3L));
        assertThat(SourceOffset.of(PROGRESS, "id", RecordKind.MESSAGE))
                .isEqualTo(Map.of(
                        "next",
                        120L,
                        "low",
                        118L,
                        "due",
                        1_769_860_800_000L,
                        "at",
                        117L,
                        "settings",
                        "s=1",
                        "topic.id",
                        "id"));
    }

    @Test
    void carriesProgressUnderEarlierSettingsAndTheEpochOfTheLastRecord() {
        Progress progress = new Progress(
                120,
                90,
                1_769_860_800_000L,
                117,
                OffsetSet.parse("91,95-97"),
                "s=1",
                List.of(
                        new Progress.Earlier(100, 5, 92, "horizon=1&at=deliver at/x"),
                        new Progress.Earlier(110, 0, -1, "")),
                3,
                118);

        Map<String, Object> offset = SourceOffset.of(progress, "id", RecordKind.MESSAGE);

        assertThat(offset)
                .containsEntry("leader.epoch", 3L)
                .containsEntry("leader.epoch.end", 118L)
                .containsEntry("exceptions", "91,95-97")
                .containsEntry("earlier", "100/5/92/horizon%3D1%26at%3Ddeliver+at%2Fx 110/0/-1/");
        assertThat(SourceOffset.parse(offset, "now")).isEqualTo(new SourceOffset(progress, "id"));
    }

    @Test
    void readsAnOffsetOfAnEarlierVersion() {
        Map<String, Object> offset =
                Map.of("next", 120L, "low", 118L, "due", 5L, "at", 117L, "exceptions", "118,119", "settings", "s=1");

        assertThat(SourceOffset.parse(offset, "now").progress())
                .isEqualTo(new Progress(120, 118, 5, 117, OffsetSet.parse("118-119"), "s=1"));
    }

    @Test
    void containsTheKindOfItsRecord() {
        Map<String, Object> offset = SourceOffset.of(PROGRESS, "id", RecordKind.REFUSED);

        assertThat(RecordKind.of(new SourceRecord(Map.of(), offset, "t", null, null)))
                .isEqualTo(RecordKind.REFUSED);
        assertThat(SourceOffset.parse(offset, "now").progress()).isEqualTo(PROGRESS);
    }

    @Test
    void needsOnlyTheNextOffset() {
        assertThat(SourceOffset.parse(Map.of("next", 5), "now"))
                .isEqualTo(new SourceOffset(Progress.from(5, "now"), null));
    }

    @Test
    void refusesAnotherForm() {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> SourceOffset.parse(Map.of("low", 5), "now"))
                .withMessage("Source offset {low=5}: next must be a whole number");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> SourceOffset.parse(Map.of("next", 1.5), "now"))
                .withMessageContaining("next must be a whole number");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> SourceOffset.parse(Map.of("next", 5, "settings", 1), "now"))
                .withMessageContaining("settings must be text");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> SourceOffset.parse(Map.of("next", -5), "now"))
                .withMessageContaining("low -5 must be between 0 and next -5");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> SourceOffset.parse(Map.of("next", 5, "earlier", "3/0/-1"), "now"))
                .withMessageContaining("earlier must be a list of end/due/at/settings");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> SourceOffset.parse(Map.of("next", 5, "earlier", "6/0/-1/s"), "now"))
                .withMessageContaining("at most next 5");
    }

    @Test
    void refusesAnotherSourcePartition() {
        SourceOffset.checkPartition(Map.of("topic", "orders", "partition", 0));

        for (Map<String, Object> other : List.<Map<String, Object>>of(
                Map.of("topic", "orders"),
                Map.of("topic", 1, "partition", 0),
                Map.of("topic", "orders", "partition", "0"),
                Map.of("topic", "orders", "partition", -1),
                Map.of("topic", "orders", "partition", 0, "more", 0))) {
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> SourceOffset.checkPartition(new HashMap<>(other)))
                    .withMessageContaining("must have the form {\"topic\": \"<name>\", \"partition\": <number>}");
        }
    }
}
