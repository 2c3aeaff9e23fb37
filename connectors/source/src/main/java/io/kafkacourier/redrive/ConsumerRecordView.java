/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import io.kafkacourier.core.rule.RecordView;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A record that was read, in the form that rules evaluate. */
record ConsumerRecordView(ConsumerRecord<byte[], byte[]> record) implements RecordView {

    @Override
    public String topic() {
        return record.topic();
    }

    @Override
    public Integer partition() {
        return record.partition();
    }

    @Override
    public Long timestamp() {
        return record.timestamp();
    }

    @Override
    public @Nullable String header(String name) {
        return new KafkaMessageHeaders(record.headers()).text(name);
    }

    @Override
    public byte @Nullable [] key() {
        return record.key();
    }

    @Override
    public byte @Nullable [] value() {
        return record.value();
    }
}
