/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.Failure;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Refusal;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/** A failed message from an error topic. */
final class FailedMessage extends RetriedMessage {

    /** The retry that the message waits for, from 1; 0 if there is none. */
    private final int attempt;

    /**
     * A message that was judged.
     *
     * @param failure what {@link RetryOutputs#failures} reads from the record
     * @param attempt the retry that it waits for, from 1; 0 if there is none
     * @param refusal why it is not tried again; null if it is
     */
    FailedMessage(
            ConsumerRecord<byte[], byte[]> record,
            Failure failure,
            int attempt,
            @Nullable Refusal refusal,
            RetryOutputs outputs) {
        super(record, failure, refusal, outputs);
        this.attempt = attempt;
    }

    @Override
    Failure read() {
        return outputs().failures().read(record());
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public Draft held(long dueMs) {
        return outputs().held(record(), headers(dueMs));
    }

    @Override
    public Draft delivered(long dueMs) {
        return outputs().delivered(record(), headers(dueMs));
    }

    private ConnectHeaders headers(long dueMs) {
        Failure read = failure();
        return outputs()
                .story()
                .again(record(), read, read.retries() + 1, outputs().rules().mostRetries(read), dueMs);
    }
}
