/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.source.config.SourceConfig;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Shows the test of the contract what only this package can see. */
public final class RetryForms {

    private static final TopicPartition LETTERS = new TopicPartition("orders.dlq", 0);
    private static final RedrivePlan PLAN =
            new RedrivePlan("<connector>", "${origin}", "header.tenant == 'acme'", 500, false, 3, 5);

    private RetryForms() {}

    /** What is stored as the settings of an input, with everything that may be left out. */
    public static String settings() {
        return new RetrySettings(
                        16_000,
                        5,
                        new Backoff(1_000, 2.0, 3_600_000, 0.2),
                        Set.of("a.Retriable"),
                        Set.of("b.Fatal", "a.Fatal"),
                        86_400_000L,
                        100,
                        new RetryTarget("${origin}"))
                .text();
    }

    /** The source partition of a redrive. */
    public static Map<String, ?> redrivePartition() {
        return RedriveProgress.sourcePartition(PLAN.connector());
    }

    /** The source offset of a redrive that has sent back one dead letter and passed over another. */
    public static Map<String, ?> redriveOffset() {
        return redriven().sourceOffset(RecordKind.EVENT);
    }

    /** What the control topic gets from that redrive. */
    public static String redriveReport() {
        return new String(redriven().json("progress", PLAN.connector(), PLAN.isDryRun(), 1_769_860_800_000L), UTF_8);
    }

    /** The control topic of a connector with the name {@code <connector>}. */
    public static String controlTopic() {
        return PLAN.controlTopic();
    }

    /** A configuration as a task reads it. */
    public static SourceConfig config(Map<String, String> properties) {
        return RetrySourceConnector.type(properties).read().apply(properties).config();
    }

    private static RedriveProgress redriven() {
        RedriveProgress progress =
                RedriveProgress.begin(PLAN.settings(), Map.of(LETTERS, new RedriveProgress.Span(17, 500)));
        progress.deferred().add("billing", LETTERS, 17);
        progress.advance(LETTERS, 18, Outcome.REDRIVEN);
        return progress;
    }
}
