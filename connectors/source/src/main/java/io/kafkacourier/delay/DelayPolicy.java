/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.time.DueTime;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Limit;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.message.Refusal;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decides when a message is due: at the time in its header, or else after the wait in its header, counted from its
 * timestamp, or else after the fixed delay of its topic, or else at once.
 *
 * <p>A topic with a fixed delay is a queue that keeps its order: its messages stay there until they are due, and take no
 * other way on which a later message could overtake them.
 */
final class DelayPolicy implements Policy<ConsumerRecord<byte[], byte[]>, Outgoing> {

    private final DelaySettings settings;
    private final String settingsText;
    private final Limit limit;
    private final DelayedMessage.Options options;

    DelayPolicy(DelaySettings settings, DelayedMessage.Options options) {
        this.options = options;
        this.settings = settings;
        this.settingsText = settings.text();
        this.limit = new Limit(DelaySourceConfig.DELAY_MAX, settings.maxMs());
    }

    /** The policies of a topic with this one as the current policy. */
    Policies<ConsumerRecord<byte[], byte[]>, Outgoing> policies() {
        return Policies.of(this, earlier -> new DelayPolicy(DelaySettings.parse(earlier), options));
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
    public Entry<Outgoing> judge(ConsumerRecord<byte[], byte[]> message) {
        MessageHeaders headers = new KafkaMessageHeaders(message.headers());
        String deliverAt = headers.text(settings.deliverAtHeader());
        if (deliverAt != null) {
            return dueAt(message, deliverAt);
        }
        String delay = headers.text(settings.delayHeader());
        if (delay != null) {
            return dueAfter(message, delay);
        }
        Long fixedMs = settings.fixedMs();
        return fixedMs == null ? entry(message, 0) : staying(message, fixedMs);
    }

    /** A message with a due time needs no timestamp, and the age of its timestamp does not matter. */
    private Entry<Outgoing> dueAt(ConsumerRecord<byte[], byte[]> message, String deliverAt) {
        try {
            long dueMs = DueTime.at(deliverAt);
            return Entry.at(
                    message.offset(), message.timestamp(), dueMs, limit, RecordSize.held(message), allowed(message));
        } catch (IllegalArgumentException e) {
            return unreadable(message, settings.deliverAtHeader(), e);
        }
    }

    private Entry<Outgoing> dueAfter(ConsumerRecord<byte[], byte[]> message, String delay) {
        try {
            long sentMs = message.timestamp();
            long waitMs = DueTime.after(delay, 0);
            if (sentMs >= 0) {
                long dueMs = DueTime.after(delay, sentMs);
                return waitMs > settings.maxMs() ? tooLong(message, waitMs) : entry(message, dueMs);
            }
            return waitMs == 0 ? entry(message, 0) : withoutTimestamp(message);
        } catch (IllegalArgumentException e) {
            return unreadable(message, settings.delayHeader(), e);
        }
    }

    private Entry<Outgoing> staying(ConsumerRecord<byte[], byte[]> message, long fixedMs) {
        long sentMs = message.timestamp();
        if (sentMs < 0) {
            return fixedMs == 0 ? entry(message, 0) : withoutTimestamp(message);
        } else if (fixedMs > settings.maxMs()) {
            return tooLong(message, fixedMs);
        }
        long dueMs = Math.min(sentMs, Long.MAX_VALUE - fixedMs) + fixedMs;
        return Entry.staying(message.offset(), fixedMs, dueMs, RecordSize.held(message), allowed(message));
    }

    private Entry<Outgoing> entry(ConsumerRecord<byte[], byte[]> message, long dueMs) {
        return Entry.due(message.offset(), message.timestamp(), dueMs, RecordSize.held(message), allowed(message));
    }

    private Entry<Outgoing> unreadable(
            ConsumerRecord<byte[], byte[]> message, String header, IllegalArgumentException e) {
        return refused(message, Reason.UNREADABLE_DUE_TIME, "header " + header + " " + e.getMessage());
    }

    private Entry<Outgoing> withoutTimestamp(ConsumerRecord<byte[], byte[]> message) {
        return refused(message, Reason.UNREADABLE_DUE_TIME, "has a delay, but no timestamp to count it from");
    }

    private Entry<Outgoing> tooLong(ConsumerRecord<byte[], byte[]> message, long waitMs) {
        String detail = "is due " + waitMs + " ms after its timestamp, beyond " + DelaySourceConfig.DELAY_MAX + " of "
                + settings.maxMs() + " ms";
        return refused(message, Reason.DELAY_TOO_LONG, detail);
    }

    private Entry<Outgoing> refused(ConsumerRecord<byte[], byte[]> message, Reason reason, String detail) {
        DelayedMessage refused = new DelayedMessage(message, new Refusal(reason, detail), options);
        return Entry.refused(message.offset(), message.timestamp(), RecordSize.held(message), refused);
    }

    private DelayedMessage allowed(ConsumerRecord<byte[], byte[]> message) {
        return new DelayedMessage(message, null, options);
    }
}
