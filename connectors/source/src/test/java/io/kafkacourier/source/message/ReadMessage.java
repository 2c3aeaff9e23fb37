/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/** A message that is never sent, for tests of the steps before. */
public record ReadMessage(
        ConsumerRecord<byte[], byte[]> record, @Nullable Refusal refusal) implements Outgoing {

    public static ReadMessage of(ConsumerRecord<byte[], byte[]> record) {
        return new ReadMessage(record, null);
    }

    @Override
    public @Nullable Target target() {
        return null;
    }

    @Override
    public @Nullable Refusal refusalWhenDue(long nowMs) {
        return null;
    }

    @Override
    public void compact() {
        // there is nothing to forget
    }

    @Override
    public int attempt() {
        return 0;
    }

    @Override
    public Draft held(long dueMs) {
        return draft();
    }

    @Override
    public Draft delivered(long dueMs) {
        return draft();
    }

    @Override
    public Draft refused(Refusal reason) {
        return draft();
    }

    private Draft draft() {
        return Draft.of(record.key(), record.value(), new ConnectHeaders());
    }

    @Override
    public int mostAddedBytes() {
        return 0;
    }
}
