/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.Failure;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message that failed, as an error topic holds it.
 *
 * @param attempt the retry that it waits for, from 1; 0 if there is none
 * @param refusal why it is not tried again; null if it is
 */
record FailedMessage(
        ConsumerRecord<byte[], byte[]> record,
        Failure failure,
        int attempt,
        @Nullable Refusal refusal,
        RetryOutputs outputs)
        implements Outgoing {

    @Override
    public @Nullable Target target() {
        return outputs.target().of(failure);
    }

    @Override
    public @Nullable Refusal refusalWhenDue(long nowMs) {
        return outputs.expired(failure, nowMs);
    }

    @Override
    public Draft held(long dueMs) {
        return outputs.held(record, headers(dueMs));
    }

    @Override
    public Draft delivered(long dueMs) {
        return outputs.delivered(record, headers(dueMs));
    }

    private ConnectHeaders headers(long dueMs) {
        return outputs.story()
                .again(record, failure, failure.retries() + 1, outputs.rules().mostRetries(failure), dueMs);
    }

    @Override
    public Draft refused(Refusal reason) {
        return outputs.deadLetter(record, failure, reason);
    }

    @Override
    public int mostAddedBytes() {
        return outputs.story().mostBytes();
    }
}
