/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import io.kafkacourier.delay.DelayForms;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.redrive.RedriveForms;
import io.kafkacourier.retry.RetryForms;
import io.kafkacourier.schedule.OffsetSet;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.SourceForms;
import io.kafkacourier.source.progress.SourceOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Facts about the source partitions and offsets that Connect stores: each key with an example value. The example
 * offsets have all optional keys.
 */
final class OffsetFacts {

    private static final Progress PROGRESS = new Progress(
            120,
            110,
            1_769_860_800_000L,
            117,
            OffsetSet.parse("112,114"),
            DelayForms.settings(),
            List.of(new Progress.Earlier(118, 1_769_860_700_000L, 116, SourceForms.tierSettings(16_000))),
            5,
            119);

    private OffsetFacts() {}

    static List<Fact> all() {
        List<Fact> facts = new ArrayList<>();
        add("source partition of an input", SourceOffset.partition(new TopicPartition("orders", 3)), facts);
        add("source partition of a redrive", RedriveForms.partition(), facts);
        for (RecordKind kind : RecordKind.values()) {
            Map<String, Object> offset = SourceOffset.of(PROGRESS, "0d7e8Kc0TTyFH5jzYbzk8w", kind);
            if (kind == RecordKind.MESSAGE) {
                add("source offset of an input", offset, facts);
            } else {
                facts.add(form("source offset of an input", RecordKind.OFFSET_KEY, offset.get(RecordKind.OFFSET_KEY)));
            }
        }
        add("source offset of a redrive", RedriveForms.offset(), facts);
        facts.add(form("settings of a tier", "settings", SourceForms.tierSettings(16_000)));
        facts.add(form("settings of an input of the delay connector", "settings", DelayForms.settings()));
        facts.add(form("settings of an input of the retry connector", "settings", RetryForms.settings()));
        facts.add(form("offsets as bits", "exceptions", manyOffsets().text()));
        return facts;
    }

    /** Enough offsets that a list would be longer than their bits. */
    private static OffsetSet manyOffsets() {
        return OffsetSet.parse("112,114,116,118,120,122,124,126,128,130,132,134");
    }

    private static void add(String owner, Map<String, ?> form, List<Fact> facts) {
        form.forEach((key, value) -> facts.add(form(owner, key, value)));
    }

    private static Fact form(String owner, String key, Object value) {
        return new Fact(
                "offset",
                owner,
                key,
                value instanceof String text ? text : value.getClass().getSimpleName() + " " + value);
    }
}
