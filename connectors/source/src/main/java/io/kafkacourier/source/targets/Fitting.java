/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.message.Refusal;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Fits drafts into topics. The producer limits uncompressed records. A topic limits stored records, which the producer has
 * compressed, or the broker if the topic says so. Safe for use by several threads.
 *
 * @param maxRecordBytes the largest record that the producer sends
 * @param codec how the producer compresses
 * @param headroomBytes how many bytes transforms may add to a record
 */
public record Fitting(int maxRecordBytes, Codec codec, int headroomBytes) {

    /**
     * The form of a draft to send.
     *
     * @param draft the largest form that fits, or else the smallest
     * @param tooLarge why even the smallest does not fit; null if the draft fits
     */
    public record Fit(Draft draft, @Nullable Refusal tooLarge) {}

    /**
     * The largest form of a draft that the topic accepts.
     *
     * @param heldBytes about how many bytes its message takes in memory ({@link RecordSize#held}), including added headers:
     *     far below the limits, nothing is measured
     */
    public Fit fit(Draft whole, TargetTopic.Present topic, int heldBytes) {
        Draft draft = whole;
        Refusal tooLarge = refuse(draft, topic, heldBytes);
        while (tooLarge != null) {
            Draft next = draft.smaller();
            if (next == null) {
                break;
            }
            draft = next;
            tooLarge = refuse(draft, topic, heldBytes);
        }
        return new Fit(draft, tooLarge);
    }

    private @Nullable Refusal refuse(Draft draft, TargetTopic.Present topic, int heldBytes) {
        int limit = Math.min(maxRecordBytes, topic.maxMessageBytes());
        if (RecordSize.mostSent(heldBytes) + headroomBytes <= limit) {
            return null;
        }
        long uncompressed = RecordSize.sent(draft);
        if (uncompressed + headroomBytes > maxRecordBytes) {
            return tooLarge("takes up to " + (uncompressed + headroomBytes) + " bytes, beyond the " + maxRecordBytes
                    + " of the producer (producer.override.max.request.size or max.request.size)");
        }
        if (stored(topic, by -> by.mostSent(uncompressed)) + headroomBytes <= topic.maxMessageBytes()) {
            return null;
        }
        long size = stored(topic, by -> by.sent(draft, uncompressed)) + headroomBytes;
        return size <= topic.maxMessageBytes()
                ? null
                : tooLarge("takes up to " + size + " bytes, beyond the " + topic.maxMessageBytes()
                        + " of its target topic (max.message.bytes)"
                        + (size == uncompressed + headroomBytes
                                ? "; uncompressed, since producer.override.compression.type is not set"
                                : ""));
    }

    /**
     * The size that the broker checks: of a record as it arrives, and again if the broker compresses it anew.
     *
     * @param size returns the size of the record, compressed with a codec
     */
    private long stored(TargetTopic.Present topic, ToLongFunction<Codec> size) {
        long sent = size.applyAsLong(codec);
        if (topic.compression().equals(TargetTopic.Compression.BY_PRODUCER)) {
            return sent;
        }
        Codec ofTopic = Codec.ofTopic(topic.compression());
        return ofTopic.type() == codec.type() ? sent : Math.max(sent, size.applyAsLong(ofTopic));
    }

    private static Refusal tooLarge(String detail) {
        return new Refusal(Reason.TOO_LARGE, detail);
    }
}
