/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.record;

import io.kafkacourier.core.rule.RecordView;
import io.kafkacourier.kafka.header.ConnectMessageHeaders;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.jspecify.annotations.Nullable;

/** A Connect record, for rules. */
public final class ConnectRecordView implements RecordView {

    private final ConnectRecord<?> record;

    public ConnectRecordView(ConnectRecord<?> record) {
        this.record = record;
    }

    @Override
    public String topic() {
        return record.topic();
    }

    @Override
    public @Nullable Integer partition() {
        return record.kafkaPartition();
    }

    @Override
    public @Nullable Long timestamp() {
        return record.timestamp();
    }

    @Override
    public @Nullable String header(String name) {
        return new ConnectMessageHeaders(record.headers(), ConnectMessageHeaders.Form.STRING).text(name);
    }

    @Override
    public @Nullable Object key() {
        return ConnectValues.plain(record.keySchema(), record.key());
    }

    @Override
    public @Nullable Object value() {
        return ConnectValues.plain(record.valueSchema(), record.value());
    }
}
