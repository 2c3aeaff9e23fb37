/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.source.OutgoingHeaders.isOurs;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.schedule.Refusal;
import io.kafkacourier.source.Dispatch;
import io.kafkacourier.source.Draft;
import io.kafkacourier.source.OutgoingHeaders;
import io.kafkacourier.source.Target;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message goes where its header says, else to the configured target, without the headers that have done their work.
 * Refused, it keeps them, says why it is where it is, and does without its value and its headers where it has to.
 */
final class DelayDispatch implements Dispatch {

    private final String targetHeader;
    private final String targetTopic;
    private final Set<String> spent;

    /**
     * @param targetHeader names the header that holds the target; empty for none
     * @param targetTopic the target of messages without that header; empty for none
     * @param delayHeaders name the headers that hold due times and waits
     */
    DelayDispatch(String targetHeader, String targetTopic, Set<String> delayHeaders) {
        this.targetHeader = targetHeader;
        this.targetTopic = targetTopic;
        this.spent = Set.copyOf(delayHeaders);
    }

    @Override
    public @Nullable Target target(ConsumerRecord<byte[], byte[]> message, boolean fromTier) {
        String named = targetHeader.isEmpty() ? null : new KafkaMessageHeaders(message.headers()).text(targetHeader);
        if (named != null) {
            return new Target(named, "header " + targetHeader, true);
        }
        return targetTopic.isEmpty() ? null : new Target(targetTopic, DelaySourceConfig.TARGET_TOPIC, false);
    }

    @Override
    public @Nullable Refusal refuse(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long nowMs) {
        return null;
    }

    @Override
    public Draft held(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long dueMs) {
        return Draft.of(message.key(), message.value(), OutgoingHeaders.of(message, name -> !isOurs(name)));
    }

    @Override
    public Draft delivered(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long dueMs) {
        ConnectHeaders headers = OutgoingHeaders.of(message, name -> !isOurs(name) && !isSpent(name));
        return Draft.of(message.key(), message.value(), headers);
    }

    @Override
    public Draft refused(ConsumerRecord<byte[], byte[]> message, boolean fromTier, Refusal refusal) {
        ConnectHeaders headers =
                withReason(OutgoingHeaders.of(message, name -> !isOurs(name)), message.topic(), refusal);
        return new Draft(
                message.key(),
                message.value(),
                headers,
                () -> new Draft(
                        message.key(),
                        null,
                        headers,
                        () -> Draft.of(
                                null, null, withReason(OutgoingHeaders.pointer(message), message.topic(), refusal))));
    }

    @Override
    public int mostAddedBytes() {
        return 0;
    }

    private boolean isSpent(String header) {
        return spent.contains(header) || header.equals(targetHeader);
    }

    private static ConnectHeaders withReason(ConnectHeaders headers, String topic, Refusal refusal) {
        OutgoingHeaders.add(headers, HeaderNames.ROUTE_REASON, refusal.reason().name());
        OutgoingHeaders.add(headers, HeaderNames.ROUTE_TOPIC, topic);
        return headers;
    }
}
