/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.source.message.OutgoingHeaders.isOurs;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.OutgoingHeaders;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message with or without a delay. It goes to the target in its header, or else to the configured target, without the
 * headers for delay and target. If it is refused, it keeps them and gets the reason; if it is then too large, it loses its
 * value and then its headers.
 *
 * @param refusal why its due time cannot be kept; null if it can
 */
record DelayedMessage(
        ConsumerRecord<byte[], byte[]> record, @Nullable Refusal refusal, Options options) implements Outgoing {

    /**
     * The configuration of targets and headers.
     *
     * @param targetHeader the name of the header that holds the target; empty if there is none
     * @param targetTopic the target of messages without that header; empty if there is none
     * @param delayHeaders the names of the headers that hold due times and waits
     */
    record Options(String targetHeader, String targetTopic, Set<String> delayHeaders) {

        Options {
            delayHeaders = Set.copyOf(delayHeaders);
        }

        private boolean isSpent(String header) {
            return delayHeaders.contains(header) || header.equals(targetHeader);
        }
    }

    @Override
    public @Nullable Target target() {
        String header = options.targetHeader();
        String named = header.isEmpty() ? null : new KafkaMessageHeaders(record.headers()).text(header);
        if (named != null) {
            return new Target(named, "header " + header, true);
        }
        String configured = options.targetTopic();
        return configured.isEmpty() ? null : new Target(configured, DelaySourceConfig.TARGET_TOPIC, false);
    }

    @Override
    public @Nullable Refusal refusalWhenDue(long nowMs) {
        return null;
    }

    @Override
    public void compact() {
        // nothing was read but the record
    }

    @Override
    public int attempt() {
        return 0;
    }

    @Override
    public Draft held(long dueMs) {
        return Draft.of(record.key(), record.value(), OutgoingHeaders.of(record, name -> !isOurs(name)));
    }

    @Override
    public Draft delivered(long dueMs) {
        ConnectHeaders headers = OutgoingHeaders.of(record, name -> !isOurs(name) && !options.isSpent(name));
        return Draft.of(record.key(), record.value(), headers);
    }

    @Override
    public Draft refused(Refusal reason) {
        ConnectHeaders headers = withReason(OutgoingHeaders.of(record, name -> !isOurs(name)), reason);
        return Draft.of(record.key(), record.value(), headers)
                .or(() -> Draft.of(record.key(), null, headers))
                .or(() -> Draft.of(null, null, withReason(OutgoingHeaders.pointer(record), reason)));
    }

    @Override
    public int mostAddedBytes() {
        return 0;
    }

    private ConnectHeaders withReason(ConnectHeaders headers, Refusal refused) {
        OutgoingHeaders.add(headers, HeaderNames.ROUTE_REASON, refused.reason().name());
        OutgoingHeaders.add(headers, HeaderNames.ROUTE_TOPIC, record.topic());
        return headers;
    }
}
