/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** A record of the topic {@code sink.errors} as a consumer returns it, built header by header. */
public final class FailedRecord {

    private final Headers headers = new RecordHeaders();
    private long offset = 42;
    private long timestampMs = 1_000_000;
    private TimestampType timestampType = TimestampType.LOG_APPEND_TIME;
    private byte @Nullable [] value = "value".getBytes(UTF_8);
    private String topic = "sink.errors";

    public static FailedRecord at(long timestampMs) {
        FailedRecord record = new FailedRecord();
        record.timestampMs = timestampMs;
        return record;
    }

    /** The same with the timestamp of the failed message. */
    public FailedRecord createTime() {
        timestampType = TimestampType.CREATE_TIME;
        return this;
    }

    public FailedRecord in(String name) {
        topic = name;
        return this;
    }

    public FailedRecord offset(long number) {
        offset = number;
        return this;
    }

    public FailedRecord value(byte @Nullable [] bytes) {
        value = bytes;
        return this;
    }

    public FailedRecord text(String name, @Nullable String text) {
        headers.add(name, text == null ? null : text.getBytes(UTF_8));
        return this;
    }

    public FailedRecord int32(String name, int number) {
        headers.add(name, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        return this;
    }

    FailedRecord int64(String name, long number) {
        headers.add(name, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        return this;
    }

    /** Adds a header with raw bytes, in hexadecimal. */
    public FailedRecord hex(String name, String digits) {
        headers.add(name, HexFormat.of().parseHex(digits));
        return this;
    }

    /** The same without the headers of a name. */
    FailedRecord without(String name) {
        headers.remove(name);
        return this;
    }

    /** The same with only the last header of each name, at the place of the first. */
    public FailedRecord merged() {
        Map<String, Header> byName = new LinkedHashMap<>();
        headers.forEach(header -> byName.put(header.key(), header));
        return arranged(List.copyOf(byName.values()));
    }

    /** The same with the headers sorted by name. */
    public FailedRecord sorted() {
        List<Header> all = new ArrayList<>(List.of(headers.toArray()));
        all.sort(Comparator.comparing(Header::key));
        return arranged(all);
    }

    /** The same, followed by the headers of another record whose names do not occur yet. */
    FailedRecord andOthersOf(FailedRecord other) {
        List<Header> own = List.of(headers.toArray());
        other.headers.forEach(header -> {
            if (own.stream().noneMatch(mine -> mine.key().equals(header.key()))) {
                headers.add(header);
            }
        });
        return this;
    }

    private FailedRecord arranged(List<Header> all) {
        List.of(headers.toArray()).forEach(header -> headers.remove(header.key()));
        all.forEach(headers::add);
        return this;
    }

    /** Adds headers as Kafka's own reporter writes them. */
    public FailedRecord connect(
            String topic, int partition, long offset, String stage, String errorClass, String stacktrace) {
        return text("__connect.errors.topic", topic)
                .text("__connect.errors.partition", Integer.toString(partition))
                .text("__connect.errors.offset", Long.toString(offset))
                .text("__connect.errors.connector.name", "sink")
                .text("__connect.errors.task.id", "1")
                .text("__connect.errors.stage", stage)
                .text("__connect.errors.class.name", "org.example.Sink")
                .text("__connect.errors.exception.class.name", errorClass)
                .text("__connect.errors.exception.message", "said " + errorClass)
                .text("__connect.errors.exception.stacktrace", stacktrace);
    }

    public ConsumerRecord<byte[], byte[]> record() {
        return new ConsumerRecord<>(
                topic,
                3,
                offset,
                timestampMs,
                timestampType,
                0,
                0,
                "key".getBytes(UTF_8),
                value,
                headers,
                Optional.empty());
    }
}
