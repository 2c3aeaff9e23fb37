/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.source.message.OutgoingHeaders.isOurs;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderNumber;
import io.kafkacourier.failure.Failure;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.OutgoingHeaders;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A failed message that waits in a tier for its retry. {@link FailedMessage#held} has written its headers. */
final class WaitingRetry implements Outgoing {

    private final ConsumerRecord<byte[], byte[]> record;
    private final @Nullable Refusal refusal;
    private final RetryOutputs outputs;
    private final int attempt;
    /** Null until it is needed, which is when the message leaves the tier. */
    private @Nullable Failure failure;

    WaitingRetry(ConsumerRecord<byte[], byte[]> record, @Nullable Refusal refusal, RetryOutputs outputs) {
        this.record = record;
        this.refusal = refusal;
        this.outputs = outputs;
        long told = HeaderNumber.of(new KafkaMessageHeaders(record.headers()), HeaderNames.RETRY_ATTEMPT);
        this.attempt = (int) Math.max(0, Math.min(told, Integer.MAX_VALUE));
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
    public @Nullable Target target() {
        return outputs.target().of(failure());
    }

    @Override
    public @Nullable Refusal refusalWhenDue(long nowMs) {
        return outputs.expired(failure(), nowMs);
    }

    @Override
    public void compact() {
        failure = null;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public Draft held(long dueMs) {
        return outputs.held(record, OutgoingHeaders.of(record, name -> !isOurs(name)));
    }

    @Override
    public Draft delivered(long dueMs) {
        return outputs.delivered(record, OutgoingHeaders.of(record, name -> !isOurs(name)));
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
            read = outputs.failures().readWaiting(record);
            failure = read;
        }
        return read;
    }
}
