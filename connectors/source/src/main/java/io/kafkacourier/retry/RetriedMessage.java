/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.Failure;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A message that failed. Its failure is read from its record when it is needed, and again after {@link #compact}. */
abstract class RetriedMessage implements Outgoing {

    private final ConsumerRecord<byte[], byte[]> record;
    private final @Nullable Refusal refusal;
    private final RetryOutputs outputs;
    /** Null until it is needed, and while the message is held. */
    private @Nullable Failure failure;

    /**
     * @param failure what {@link #read} would return; null if it was not read yet
     * @param refusal why the message is not tried again; null if it is
     */
    RetriedMessage(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Failure failure,
            @Nullable Refusal refusal,
            RetryOutputs outputs) {
        this.record = record;
        this.failure = failure;
        this.refusal = refusal;
        this.outputs = outputs;
    }

    /** Reads the failure from the record. */
    abstract Failure read();

    final Failure failure() {
        Failure known = failure;
        if (known == null) {
            known = read();
            failure = known;
        }
        return known;
    }

    final RetryOutputs outputs() {
        return outputs;
    }

    @Override
    public final ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    @Override
    public final @Nullable Refusal refusal() {
        return refusal;
    }

    @Override
    public final void compact() {
        failure = null;
    }

    @Override
    public final @Nullable Target target() {
        return outputs.target().of(failure());
    }

    @Override
    public final @Nullable Refusal refusalWhenDue(long nowMs) {
        return outputs.expired(failure(), nowMs);
    }

    @Override
    public final Draft refused(Refusal reason) {
        return outputs.deadLetter(record, failure(), reason);
    }

    @Override
    public final int mostAddedBytes() {
        return outputs.story().mostBytes();
    }
}
