/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles missing records of inputs and tiers: stops the task with an error that names them, or counts them and continues.
 * For one thread.
 */
public final class MissingRecords {

    private static final String SKIP_WOULD_BEGIN = "; on.missing=skip starts from its beginning";

    private static final Logger log = LoggerFactory.getLogger(MissingRecords.class);

    private final OnMissing onMissing;
    private final Predicate<String> isTier;
    private long total;

    /** @param isTier whether a topic is a tier */
    public MissingRecords(OnMissing onMissing, Predicate<String> isTier) {
        this.onMissing = onMissing;
        this.isTier = isTier;
    }

    /**
     * Handles a partition whose log begins at {@code first}, though it was to be read from {@code from} on.
     *
     * @throws ConnectException if missing records must not be skipped
     */
    void deleted(TopicPartition partition, long from, long first) {
        String which = "Records " + partition + "@" + from + " to " + (first - 1)
                + " were deleted before they were delivered" + remedy(partition.topic());
        stopOrCount(
                which + "; on.missing=skip continues behind them", which + "; continuing behind them", first - from);
    }

    /**
     * Handles a partition whose log was truncated at {@code end}, though it was read up to {@code read}.
     *
     * @throws ConnectException if missing records must not be skipped
     */
    public void truncated(TopicPartition partition, long end, long read) {
        String which = "Partition " + partition + " was truncated: records " + partition + "@" + end + " to "
                + (read - 1) + ", which were read before, are gone from its log, and others may be in their place."
                + " Records behind them that were not read are lost, and so are held records among them";
        stopOrCount(which + "; on.missing=skip continues at " + end, which + "; continuing at " + end, read - end);
    }

    /**
     * Handles a partition whose topic was created anew.
     *
     * @param undelivered how many offsets were read and may not have been delivered
     * @throws ConnectException if missing records must not be skipped
     */
    public void recreated(TopicPartition partition, long read, long undelivered) {
        String which = anotherTopic(partition, read);
        stopOrCount(which + SKIP_WOULD_BEGIN, which + "; starting from its beginning", undelivered);
    }

    /**
     * The same as {@link #recreated}, before it is known where the new topic begins.
     *
     * @throws ConnectException if missing records must not be skipped
     */
    void stopIfRecreated(TopicPartition partition, long read) {
        if (onMissing == OnMissing.FAIL) {
            throw new ConnectException(anotherTopic(partition, read) + SKIP_WOULD_BEGIN);
        }
    }

    private String anotherTopic(TopicPartition partition, long read) {
        return "The topic of " + partition + " was deleted and created anew since it was read up to offset " + read
                + ": records behind that offset, and held records, are lost" + remedy(partition.topic());
    }

    /**
     * Warns of a tier partition whose log begins at {@code first}, though no offset of it is stored. In a tier, records are
     * deleted only after progress beyond them is stored, so either records were lost or the connector's offsets were reset.
     */
    public void unknown(TopicPartition partition, long first) {
        if (first > 0 && isTier.test(partition.topic())) {
            log.warn(
                    "No offset is stored for {}, whose log begins at {}. Unless the connector's offsets were reset"
                            + " or lost, records were deleted before they were delivered{}",
                    partition,
                    first,
                    remedy(partition.topic()));
        }
    }

    /** Counts further records that are gone for a cause that was reported already. */
    public void alsoGone(long count) {
        total += count;
    }

    /** The number of missing offsets so far. */
    public long total() {
        return total;
    }

    private String remedy(String topic) {
        return isTier.test(topic)
                ? ". It is a tier: only the connector may delete from it, and its retention.ms and retention.bytes"
                        + " must be -1"
                : "";
    }

    private void stopOrCount(String stop, String goOn, long count) {
        if (onMissing == OnMissing.FAIL) {
            throw new ConnectException(stop);
        }
        total += count;
        log.warn("{}", goOn);
    }
}
