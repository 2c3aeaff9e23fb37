/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a task that finds records missing: it stops and says which, or counts them and goes on. The same for
 * inputs and tiers. For one thread.
 */
public final class MissingRecords {

    private static final String SKIP_WOULD_BEGIN = "; on.missing=skip starts from its beginning";

    private static final Logger log = LoggerFactory.getLogger(MissingRecords.class);

    private final OnMissing onMissing;
    private final Predicate<String> isTier;
    private long total;

    /** @param isTier which topics are tiers */
    public MissingRecords(OnMissing onMissing, Predicate<String> isTier) {
        this.onMissing = onMissing;
        this.isTier = isTier;
    }

    /**
     * The log of a partition begins at {@code first}, and was to be read from {@code from} on.
     *
     * @throws ConnectException where that is not to be borne
     */
    void deleted(TopicPartition partition, long from, long first) {
        String which = "Records " + partition + "@" + from + " to " + (first - 1)
                + " were deleted before they were delivered" + remedy(partition.topic());
        stopOrCount(which + "; on.missing=skip goes on behind them", which + "; going on behind them", first - from);
    }

    /**
     * The log of a partition was truncated at {@code end}, though it was read up to {@code read}.
     *
     * @throws ConnectException where that is not to be borne
     */
    public void truncated(TopicPartition partition, long end, long read) {
        String which = "Partition " + partition + " was truncated: records " + partition + "@" + end + " to "
                + (read - 1) + ", which were read before, are gone from its log, and others may stand in their place."
                + " What came behind them and was not read is lost, as is what was held of them";
        stopOrCount(which + "; on.missing=skip goes on at " + end, which + "; going on at " + end, read - end);
    }

    /**
     * The topic of a partition is another one under the same name.
     *
     * @param undelivered how many offsets were read and may not have been delivered
     * @throws ConnectException where that is not to be borne
     */
    public void recreated(TopicPartition partition, long read, long undelivered) {
        String which = anotherTopic(partition, read);
        stopOrCount(which + SKIP_WOULD_BEGIN, which + "; starting from its beginning", undelivered);
    }

    /**
     * The same, before it is known where the new topic begins.
     *
     * @throws ConnectException where that is not to be borne
     */
    void stopIfRecreated(TopicPartition partition, long read) {
        if (onMissing == OnMissing.FAIL) {
            throw new ConnectException(anotherTopic(partition, read) + SKIP_WOULD_BEGIN);
        }
    }

    private String anotherTopic(TopicPartition partition, long read) {
        return "The topic of " + partition + " was deleted and created anew since it was read up to offset " + read
                + ": what came behind that, and what was held, is gone" + remedy(partition.topic());
    }

    /**
     * The log of a partition begins at {@code first}, and no offset of it is stored. In a tier, records are deleted only once
     * progress beyond them is stored, so either records were lost or the connector's offsets were reset.
     */
    public void unknown(TopicPartition partition, long first) {
        if (first > 0 && isTier.test(partition.topic())) {
            log.warn(
                    "Nothing is stored of what was read of {}, whose log begins at {}. Unless the connector's offsets were"
                            + " reset or lost, records were deleted before they were delivered{}",
                    partition,
                    first,
                    remedy(partition.topic()));
        }
    }

    /** Counts records that are gone with those that were told of already. */
    public void alsoGone(long count) {
        total += count;
    }

    /** How many offsets were missing so far. */
    public long total() {
        return total;
    }

    private String remedy(String topic) {
        return isTier.test(topic)
                ? ". It is a tier: nobody else may delete from it, and its retention.ms and retention.bytes must be -1"
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
