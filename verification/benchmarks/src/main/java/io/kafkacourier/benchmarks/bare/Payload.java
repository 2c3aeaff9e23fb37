/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.bare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The messages of benchmarks. A value has {@value #BYTES} bytes and starts with the time at which a reader should have
 * it.
 */
public final class Payload {

    /** The length of a value. */
    public static final int BYTES = 200;

    private static final byte[] FILL = "kafka connect courier ".repeat(10).getBytes(US_ASCII);

    private Payload() {}

    /**
     * A message whose timestamp is the time at which a reader should have it.
     *
     * @param number identifies the message and its key
     * @param wantedMicros when a reader should have it, epoch microseconds
     */
    public static ProducerRecord<byte[], byte[]> record(String topic, long number, long wantedMicros) {
        return new ProducerRecord<>(topic, null, wantedMicros / 1_000, key(number), value(number, wantedMicros));
    }

    /** A key of eight digits. */
    public static byte[] key(long number) {
        return Long.toString(10_000_000 + number).getBytes(US_ASCII);
    }

    /** A value that {@link #wantedMicros} reads. */
    public static byte[] value(long number, long wantedMicros) {
        return ByteBuffer.allocate(BYTES)
                .putLong(wantedMicros)
                .putLong(number)
                .put(FILL, 0, BYTES - 2 * Long.BYTES)
                .array();
    }

    /** The number that identifies the message. */
    public static int number(byte[] value) {
        return Math.toIntExact(ByteBuffer.wrap(value).getLong(Long.BYTES));
    }

    /** When a reader should have the message, epoch microseconds. */
    public static long wantedMicros(byte[] value) {
        return ByteBuffer.wrap(value).getLong();
    }
}
