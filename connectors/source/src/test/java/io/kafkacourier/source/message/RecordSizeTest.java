/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.HeaderNames;
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
        Draft draft = Draft.of(bytes(key), bytes(value), headers);

        assertThat(RecordSize.sent(draft))
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
        Draft draft = Draft.of(message.key(), message.value(), headers);

        assertThat(RecordSize.sent(draft)).isLessThan(RecordSize.mostSent(RecordSize.held(message)));
    }

    private static byte @Nullable [] bytes(int length) {
        return length < 0 ? null : new byte[length];
    }
}
