/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.kafka.record.RecordKind;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Gives the contract test access to package-private classes. */
public final class RedriveForms {

    private static final TopicPartition LETTERS = new TopicPartition("orders.dlq", 0);
    private static final RedrivePlan PLAN =
            new RedrivePlan("<connector>", "${origin}", "header.tenant == 'acme'", 500, false, 3, 5);

    private RedriveForms() {}

    /** The source partition of a redrive. */
    public static Map<String, ?> partition() {
        return RedriveProgress.sourcePartition(PLAN.connector());
    }

    /** The source offset of a redrive that has sent back one dead letter and deferred another. */
    public static Map<String, ?> offset() {
        return redriven().sourceOffset(RecordKind.EVENT);
    }

    /** The report of that redrive in the control topic. */
    public static String report() {
        return new String(redriven().json("progress", PLAN.connector(), PLAN.isDryRun(), 1_769_860_800_000L), UTF_8);
    }

    /** The control topic of a connector with the name {@code <connector>}. */
    public static String controlTopic() {
        return PLAN.controlTopic();
    }

    private static RedriveProgress redriven() {
        RedriveProgress progress =
                RedriveProgress.begin(PLAN.settings(), Map.of(LETTERS, new RedriveProgress.Span(17, 500)));
        progress.deferred().add("billing", LETTERS, 17);
        progress.advance(LETTERS, 18, Outcome.REDRIVEN);
        return progress;
    }
}
