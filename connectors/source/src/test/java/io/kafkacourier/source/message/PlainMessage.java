/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message that goes out as it was read. Its smaller form has no value; the smallest form of a refused message has neither key
 * nor value.
 */
public record PlainMessage(
        ConsumerRecord<byte[], byte[]> record,
        @Nullable Target target,
        @Nullable Refusal refusal,
        @Nullable Refusal refusalWhenDue)
        implements Outgoing {

    /** A message whose header names a target. */
    public static PlainMessage to(String target, ConsumerRecord<byte[], byte[]> record) {
        return new PlainMessage(record, new Target(target, "header target", true), null, null);
    }

    /** A message that goes to the target that the configuration names. */
    public static PlainMessage toConfigured(String target, ConsumerRecord<byte[], byte[]> record) {
        return new PlainMessage(record, new Target(target, "target.topic", false), null, null);
    }

    public static PlainMessage withoutTarget(ConsumerRecord<byte[], byte[]> record) {
        return new PlainMessage(record, null, null, null);
    }

    public PlainMessage refused(Refusal reason, boolean whenDue) {
        return new PlainMessage(record, target, whenDue ? null : reason, whenDue ? reason : null);
    }

    @Override
    public @Nullable Refusal refusalWhenDue(long nowMs) {
        return refusalWhenDue;
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
        return draft(headers());
    }

    @Override
    public Draft delivered(long dueMs) {
        return draft(headers());
    }

    @Override
    public Draft refused(Refusal reason) {
        ConnectHeaders headers = headers();
        OutgoingHeaders.add(headers, "refused", reason.reason().name());
        ConnectHeaders pointer = new ConnectHeaders();
        OutgoingHeaders.add(pointer, "pointer", record.topic() + "@" + record.offset());
        return draft(headers).or(() -> Draft.of(null, null, pointer));
    }

    @Override
    public int mostAddedBytes() {
        return 0;
    }

    private Draft draft(ConnectHeaders headers) {
        return Draft.of(record.key(), record.value(), headers).or(() -> Draft.of(record.key(), null, headers));
    }

    private ConnectHeaders headers() {
        ConnectHeaders headers = new ConnectHeaders();
        record.headers().forEach(header -> headers.addBytes(header.key(), header.value()));
        return headers;
    }
}
