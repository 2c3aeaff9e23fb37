/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.source.message.OutgoingHeaders.isOurs;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderNumber;
import io.kafkacourier.failure.Failure;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.OutgoingHeaders;
import io.kafkacourier.source.message.Refusal;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/** A failed message that waits in a tier for its retry. {@link FailedMessage#held} has written its headers. */
final class WaitingRetry extends RetriedMessage {

    private final int attempt;

    WaitingRetry(ConsumerRecord<byte[], byte[]> record, @Nullable Refusal refusal, RetryOutputs outputs) {
        super(record, null, refusal, outputs);
        long told = HeaderNumber.of(new KafkaMessageHeaders(record.headers()), HeaderNames.RETRY_ATTEMPT);
        this.attempt = (int) Math.max(0, Math.min(told, Integer.MAX_VALUE));
    }

    @Override
    Failure read() {
        return outputs().failures().readWaiting(record());
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public Draft held(long dueMs) {
        return outputs().held(record(), unchanged());
    }

    @Override
    public Draft delivered(long dueMs) {
        return outputs().delivered(record(), unchanged());
    }

    private ConnectHeaders unchanged() {
        return OutgoingHeaders.of(record(), name -> !isOurs(name));
    }
}
