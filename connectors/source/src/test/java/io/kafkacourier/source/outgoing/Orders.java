/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.Limit;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.ReadMessage;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.tier.TierPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.jspecify.annotations.Nullable;

/** Records of {@code orders-3}, and the actions of a schedule for them. */
public final class Orders {

    public static final long NOW = 1_800_000_000_000L;

    private static final Progress PROGRESS = Progress.from(100, new TierPolicy(0, ReadMessage::new).settings());

    private Orders() {}

    public static InputPartition partition() {
        return partition("orders", false);
    }

    /** The partition of a tier with the same number. */
    public static InputPartition ofTier(String topic) {
        return partition(topic, true);
    }

    private static InputPartition partition(String topic, boolean isTier) {
        TierPolicy policy = new TierPolicy(0, ReadMessage::new);
        return new InputPartition(
                new TopicPartition(topic, 3),
                "id",
                isTier,
                new PartitionSchedule<>(policy.policies(), Ladder.none(), Progress.from(0, policy.settings())));
    }

    /** A record at offset 7, with headers given as name, value, name, value. */
    public static ConsumerRecord<byte[], byte[]> record(String... headers) {
        return record("orders", "value".getBytes(UTF_8), NOW - 1_000, headers);
    }

    public static ConsumerRecord<byte[], byte[]> record(
            String topic, byte @Nullable [] value, long timestampMs, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                topic,
                3,
                7,
                timestampMs,
                TimestampType.CREATE_TIME,
                0,
                0,
                "key".getBytes(UTF_8),
                value,
                all,
                Optional.empty());
    }

    /** Due at a time, in epoch ms; 0 for a message without a delay. */
    public static Action<Outgoing> deliver(Outgoing message, long dueMs) {
        return new Action.Deliver<>(entry(message, dueMs), false, PROGRESS);
    }

    /** Due, after it was held until then. */
    public static Action<Outgoing> deliverHeld(Outgoing message, long dueMs) {
        return new Action.Deliver<>(entry(message, dueMs), true, PROGRESS);
    }

    public static Action<Outgoing> hold(Outgoing message, long dueMs) {
        return new Action.Hold<>(entry(message, dueMs), PROGRESS);
    }

    public static Action.Hop<Outgoing> hop(Outgoing message, Tier tier, long releaseMs, long dueMs) {
        return new Action.Hop<>(entry(message, dueMs), tier, releaseMs, PROGRESS);
    }

    public static Action<Outgoing> refuse(Outgoing message) {
        ConsumerRecord<byte[], byte[]> record = message.record();
        return new Action.Refuse<>(
                Entry.refused(record.offset(), record.timestamp(), RecordSize.held(record), message), PROGRESS);
    }

    public static Action<Outgoing> tooFar(Outgoing message, long waitMs, Limit limit) {
        return new Action.TooFar<>(entry(message, NOW + waitMs), waitMs, limit, PROGRESS);
    }

    private static Entry<Outgoing> entry(Outgoing message, long dueMs) {
        ConsumerRecord<byte[], byte[]> record = message.record();
        return Entry.due(record.offset(), record.timestamp(), dueMs, RecordSize.held(record), message);
    }

    /** Headers as {@code name=value}. */
    public static List<String> texts(Headers headers) {
        List<String> texts = new ArrayList<>();
        for (Header header : headers) {
            texts.add(header.key() + "=" + new String((byte[]) header.value(), UTF_8));
        }
        return texts;
    }
}
