/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.core.header.KafkaMessageHeaders;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.time.DueTime;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import io.kafkacourier.source.RecordSize;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A message is due when its headers say: at a time, which wins, or after a wait, counted from its timestamp; else after
 * the fixed delay of its topic; else at once.
 *
 * <p>A topic with a fixed delay is itself a queue that is left in the order in which it was entered: its messages stay
 * there until they are due, and take no other way that another could overtake them on.
 */
final class DelayPolicy implements Policy<ConsumerRecord<byte[], byte[]>> {

    private final DelaySettings settings;
    private final String settingsText;

    DelayPolicy(DelaySettings settings) {
        this.settings = settings;
        this.settingsText = settings.text();
    }

    /** The policies of a topic for which this is the current one. */
    Policies<ConsumerRecord<byte[], byte[]>> policies() {
        return Policies.of(this, earlier -> new DelayPolicy(DelaySettings.parse(earlier)));
    }

    @Override
    public String settings() {
        return settingsText;
    }

    @Override
    public long horizonMs() {
        return settings.horizonMs();
    }

    @Override
    public Entry<ConsumerRecord<byte[], byte[]>> judge(ConsumerRecord<byte[], byte[]> message) {
        MessageHeaders headers = new KafkaMessageHeaders(message.headers());
        String deliverAt = headers.text(settings.deliverAtHeader());
        String delay = deliverAt == null ? headers.text(settings.delayHeader()) : null;
        Long fixedMs = settings.fixedMs();
        long sentMs = message.timestamp();
        long dueMs;
        try {
            if (deliverAt != null) {
                dueMs = DueTime.at(deliverAt);
            } else if (delay != null) {
                dueMs = DueTime.after(delay, sentMs);
            } else if (fixedMs != null) {
                dueMs = Math.min(sentMs, Long.MAX_VALUE - fixedMs) + fixedMs;
            } else {
                return entry(message, 0);
            }
        } catch (IllegalArgumentException e) {
            String header = deliverAt != null ? settings.deliverAtHeader() : settings.delayHeader();
            return refused(message, Reason.UNREADABLE_DUE_TIME, "header " + header + " " + e.getMessage());
        }
        if (sentMs < 0) {
            return refused(message, Reason.UNREADABLE_DUE_TIME, "has a delay, but no timestamp to count it from");
        }
        long waitMs = dueMs - sentMs;
        if (waitMs > settings.maxMs()) {
            String detail =
                    "is due " + waitMs + " ms after its timestamp, beyond delay.max of " + settings.maxMs() + " ms";
            return refused(message, Reason.DELAY_TOO_LONG, detail);
        }
        return deliverAt == null && delay == null && fixedMs != null
                ? Entry.staying(message.offset(), fixedMs, dueMs, RecordSize.held(message), message)
                : entry(message, dueMs);
    }

    private static Entry<ConsumerRecord<byte[], byte[]>> entry(ConsumerRecord<byte[], byte[]> message, long dueMs) {
        return Entry.due(message.offset(), message.timestamp(), dueMs, RecordSize.held(message), message);
    }

    private static Entry<ConsumerRecord<byte[], byte[]>> refused(
            ConsumerRecord<byte[], byte[]> message, Reason reason, String detail) {
        Refusal refusal = new Refusal(reason, detail);
        return Entry.refused(message.offset(), message.timestamp(), refusal, RecordSize.held(message), message);
    }
}
