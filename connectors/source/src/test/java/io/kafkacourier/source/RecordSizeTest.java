/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.HeaderNames;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

class RecordSizeTest {

    @Property(tries = 300)
    void isWhatTheProducerEstimates(
            @ForAll @IntRange(min = -1, max = 20_000) int key,
            @ForAll @IntRange(min = -1, max = 20_000) int value,
            @ForAll @StringLength(max = 200) String header,
            @ForAll @IntRange(min = -1, max = 300) int headerValue) {
        ConnectHeaders headers = new ConnectHeaders();
        headers.add(header, bytes(headerValue), Schema.OPTIONAL_BYTES_SCHEMA);
        SourceRecord record =
                new SourceRecord(Map.of(), Map.of(), "t", null, null, bytes(key), null, bytes(value), null, headers);

        assertThat(RecordSize.sent(record))
                .isEqualTo(AbstractRecords.estimateSizeInBytesUpperBound(
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        Compression.NONE.type(),
                        bytes(key),
                        bytes(value),
                        new RecordHeader[] {new RecordHeader(header, bytes(headerValue))}));
    }

    @Property(tries = 300)
    void isLessThanTheMostThatHoldingTheMessageAllowsFor(
            @ForAll @IntRange(min = -1, max = 20_000) int key,
            @ForAll @IntRange(min = -1, max = 20_000) int value,
            @ForAll @StringLength(max = 200) String header,
            @ForAll @StringLength(min = 1, max = 249) @AlphaChars String topic) {
        ConsumerRecord<byte[], byte[]> message = new ConsumerRecord<>(topic, 0, 1, bytes(key), bytes(value));
        message.headers().add(header, new byte[0]);
        ConnectHeaders headers = OutgoingHeaders.of(message, name -> true);
        OutgoingHeaders.add(headers, HeaderNames.ROUTE_REASON, "UNREADABLE_DUE_TIME");
        OutgoingHeaders.add(headers, HeaderNames.ROUTE_TOPIC, topic);
        SourceRecord record = new SourceRecord(
                Map.of(), Map.of(), "t", null, null, message.key(), null, message.value(), null, headers);

        assertThat(RecordSize.sent(record)).isLessThan(RecordSize.mostSent(RecordSize.held(message)));
    }

    private static byte @Nullable [] bytes(int length) {
        return length < 0 ? null : new byte[length];
    }
}
