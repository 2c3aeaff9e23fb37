/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

/**
 * The id of an event about a record with a position. If the same record is handled again, the event has the same id, so
 * that a redelivery overwrites the same document. Events without a position use {@link Ids#uuid()}.
 */
public final class EventId {

    private static final int DIGITS = 32;
    private static final int SPAN_DIGITS = 16;
    /** Enough for most positions, in bytes. */
    private static final int USUAL_SIZE = 128;

    private EventId() {}

    /**
     * The first 32 hex digits of the SHA-256 of {@code event|topic|partition|offset|record timestamp ms|node}.
     *
     * @param recordTimestampMs -1 if the record has none
     */
    public static String of(
            EventType event, String topic, int partition, long offset, long recordTimestampMs, String node) {
        byte[] position = new Utf8Buffer(USUAL_SIZE)
                .add(event.text())
                .add('|')
                .add(topic)
                .add('|')
                .add(partition)
                .add('|')
                .add(offset)
                .add('|')
                .add(recordTimestampMs)
                .add('|')
                .add(node)
                .toBytes();
        return Hex.sha256(position, DIGITS);
    }

    /** The span id of an event that is written in the transaction of its message: the first 16 digits of its id. */
    public static String spanId(String eventId) {
        return eventId.substring(0, SPAN_DIGITS);
    }
}
