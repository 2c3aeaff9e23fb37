/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.record;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What a record made by one of our source connectors is. It is told by the record's source offset, which only a
 * connector can write, and never by a header, which anybody can forge. Transforms leave everything alone that is not a
 * {@link #MESSAGE}.
 */
public enum RecordKind {
    /** A message on its way to its target; also every record that is not from one of our source connectors. */
    MESSAGE,
    /** A message on its way to a tier topic, where it waits. */
    HOP,
    /** A message on its way to the topic for refused ones. */
    REFUSED,
    /** A trace event. */
    EVENT;

    /** The key of a source offset that tells it. */
    public static final String OFFSET_KEY = "record";

    private static final Map<String, RecordKind> BY_TEXT =
            Map.of(HOP.text(), HOP, REFUSED.text(), REFUSED, EVENT.text(), EVENT);

    /** What {@code record} is. */
    public static RecordKind of(ConnectRecord<?> record) {
        if (record instanceof SourceRecord source
                && source.sourceOffset() != null
                && source.sourceOffset().get(OFFSET_KEY) instanceof String text) {
            return BY_TEXT.getOrDefault(text, MESSAGE);
        }
        return MESSAGE;
    }

    /** Marks a source offset as that of a record of this kind; {@link #MESSAGE} leaves no mark. */
    public void mark(Map<String, Object> sourceOffset) {
        if (this != MESSAGE) {
            sourceOffset.put(OFFSET_KEY, text());
        }
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
