/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;

/** A record whose operation is a text. */
record TestRecord(String destination, String text) implements EncodedRecord {

    static final TopicPartition PARTITION = new TopicPartition("t", 0);

    /** A record with a short operation. */
    static TestRecord to(String destination) {
        return new TestRecord(destination, "the bytes that write one record to destination " + destination);
    }

    /** A record as Connect hands it over, of {@link #PARTITION}. */
    static SinkRecord read(long offset) {
        return new SinkRecord(
                PARTITION.topic(), PARTITION.partition(), null, null, null, "v", offset, 0L, TimestampType.CREATE_TIME);
    }

    @Override
    public int length() {
        return text.getBytes(UTF_8).length;
    }

    @Override
    public void writeTo(byte[] buffer, int from) {
        System.arraycopy(text.getBytes(UTF_8), 0, buffer, from, length());
    }
}
