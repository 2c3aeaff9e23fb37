/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.rule.RecordView;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** A record before its producer serializes it, for rules. */
final class ProducerRecordView implements RecordView {

    private final ProducerRecord<?, ?> record;

    ProducerRecordView(ProducerRecord<?, ?> record) {
        this.record = record;
    }

    @Override
    public String topic() {
        return record.topic();
    }

    @Override
    public @Nullable Integer partition() {
        return record.partition();
    }

    @Override
    public @Nullable Long timestamp() {
        return record.timestamp();
    }

    @Override
    public @Nullable String header(String name) {
        return new KafkaMessageHeaders(record.headers()).text(name);
    }

    @Override
    public @Nullable Object key() {
        return plain(record.key());
    }

    @Override
    public @Nullable Object value() {
        return plain(record.value());
    }

    private static @Nullable Object plain(@Nullable Object body) {
        return body instanceof Bytes bytes ? bytes.get() : body;
    }
}
