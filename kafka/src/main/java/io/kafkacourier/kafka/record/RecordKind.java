/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.record;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The kind of a record that one of our source connectors has made. The record's source offset contains it, because only
 * a connector can write that; anyone can forge a header. Transforms ignore every record that is not a {@link #MESSAGE}.
 */
public enum RecordKind {
    /** A message on its way to its target; also every record that is not from one of our source connectors. */
    MESSAGE,
    /** A message on its way to a tier topic, where it waits. */
    HOP,
    /** A message on its way to the topic for refused messages. */
    REFUSED,
    /** A trace event. */
    EVENT;

    /** The key of the source offset that contains the kind. */
    public static final String OFFSET_KEY = "record";

    private static final Map<String, RecordKind> BY_TEXT =
            Map.of(HOP.text(), HOP, REFUSED.text(), REFUSED, EVENT.text(), EVENT);

    /** The kind of {@code record}. */
    public static RecordKind of(ConnectRecord<?> record) {
        if (record instanceof SourceRecord source
                && source.sourceOffset() != null
                && source.sourceOffset().get(OFFSET_KEY) instanceof String text) {
            return BY_TEXT.getOrDefault(text, MESSAGE);
        }
        return MESSAGE;
    }

    /** Writes this kind into a source offset; {@link #MESSAGE} writes nothing. */
    public void mark(Map<String, Object> sourceOffset) {
        if (this != MESSAGE) {
            sourceOffset.put(OFFSET_KEY, text());
        }
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
