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

/** A failed message from an error topic. */
final class FailedMessage implements Outgoing {

    private final ConsumerRecord<byte[], byte[]> record;
    /** The retry that the message waits for, from 1; 0 if there is none. */
    private final int attempt;
    /** Why the message is not tried again; null if it is. */
    private final @Nullable Refusal refusal;

    private final RetryOutputs outputs;
    /** Null while the message is held. */
    private @Nullable Failure failure;

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
        this.record = record;
        this.failure = failure;
        this.attempt = attempt;
        this.refusal = refusal;
        this.outputs = outputs;
    }

    @Override
    public ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    @Override
    public @Nullable Refusal refusal() {
        return refusal;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public void compact() {
        failure = null;
    }

    @Override
    public @Nullable Target target() {
        return outputs.target().of(failure());
    }

    @Override
    public @Nullable Refusal refusalWhenDue(long nowMs) {
        return outputs.expired(failure(), nowMs);
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
        Failure read = failure();
        return outputs.story()
                .again(record, read, read.retries() + 1, outputs.rules().mostRetries(read), dueMs);
    }

    @Override
    public Draft refused(Refusal reason) {
        return outputs.deadLetter(record, failure(), reason);
    }

    @Override
    public int mostAddedBytes() {
        return outputs.story().mostBytes();
    }

    private Failure failure() {
        Failure read = failure;
        if (read == null) {
            read = outputs.failures().read(record);
            failure = read;
        }
        return read;
    }
}
