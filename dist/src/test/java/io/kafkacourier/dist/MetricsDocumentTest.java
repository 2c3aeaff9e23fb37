/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.metrics.Metric;
import io.kafkacourier.source.metrics.SourceMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/metrics.md} with the declarations of the metrics. */
class MetricsDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

    @Test
    void theDocumentAgreesWithTheMetrics() throws IOException {
        String generated = document();
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(DOCUMENT, generated);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("docs/metrics.md; to update it: mvn verify -pl dist -am -Ddocs.update=true")
                .isEqualTo(generated);
    }

    @Test
    void everyMetricHasADescriptionAndANameInKafkasStyle() {
        assertThat(SourceMetric.values()).extracting(SourceMetric::metric).allSatisfy(metric -> {
            assertThat(metric.name()).matches("[a-z0-9]+(-[a-z0-9]+)*");
            assertThat(metric.description())
                    .as(metric.name())
                    .hasSizeGreaterThan(20)
                    .endsWith(".");
        });
        assertThat(SourceMetric.Of.values())
                .allSatisfy(connector -> assertThat(connector.metrics())
                        .extracting(metric -> metric.metric().name())
                        .doesNotHaveDuplicates());
    }

    private static String document() {
        return """
                # Metrics of the delay and the retry connector

                These are the metrics of the tasks of `DelaySourceConnector` and `RetrySourceConnector`, generated from their
                declarations. NaN means that the metric has no value at the moment.

                From Connect 4.1 on, they are part of the worker's own metrics, so every reporter of the worker has them. In JMX
                they are attributes of `kafka.connect:type=plugins,connector=<name>,task=<n>`. If a metric has a tag, it follows
                the task, as in `,topic=orders`. With an older Connect, they are attributes of
                `io.kafkacourier:type=delay-source,connector="<name>",task="<n>"`, or of `type=retry-source`. Here, too, the tag
                follows the task, as in `,topic="orders"`.

                ## Delays

                | metric | tag | what it says |
                |---|---|---|
                """
                + rows(SourceMetric.Of.DELAY.metrics())
                + """

                ## Retries

                The metrics for delays apply to retries too, except `invalid-total`. For retries, delivered means tried again.
                There are also these metrics:

                | metric | tag | what it says |
                |---|---|---|
                """
                + rows(SourceMetric.Of.RETRY.metrics().stream()
                        .filter(metric -> !SourceMetric.Of.DELAY.metrics().contains(metric))
                        .toList())
                + """

                For retries, `delivered-rate` is the number of attempts per second. Only the consumer knows whether an attempt
                succeeded.

                ## Redrive

                With `mode=redrive`, there are only these metrics:

                | metric | tag | what it says |
                |---|---|---|
                """
                + rows(SourceMetric.Of.REDRIVE.metrics())
                + """

                ## The connector itself

                The connector itself has the following metrics in every mode, in addition to those of its tasks. They are
                attributes of `kafka.connect:type=plugins,connector=<name>`, or of
                `io.kafkacourier:type=delay-source,connector="<name>"`, on the worker that runs the connector.

                | metric | tag | what it says |
                |---|---|---|
                """
                + rows(SourceMetric.Of.CONNECTOR.metrics())
                + """

                ## What to watch

                | sign | meaning |
                |---|---|
                | `overdue-ms` grows | no messages get out: the cluster does not answer about a target, or a send does not end |
                | `lateness-p99-ms` high, `overdue-ms` too | more messages fall due than get out; `due-rate` shows how many get out |
                | `buffer-used-ratio` at 1 | inputs and tiers are read only as fast as messages leave memory |
                | `missing-total` above 0 | messages were deleted before they were delivered, or a log was truncated |
                | `blocked-by-transaction-ms` above the writers' `transaction.timeout.ms` | a transaction hangs, and nothing behind it is read: `kafka-transactions.sh find-hanging`, then `abort` |
                | `look-age-ms` grows | new topics and partitions are not read |
                | `left-out-topic-count` or `endangered-topic-count` above 0 | a topic's settings may lose messages; the worker's log names the topic |
                | `invalid-total` grows | an application sends messages that cannot be delivered; the records in `invalid.topic` show their origin |
                | `dead-letter-total` grows | messages become dead letters; the reason shows whether somebody should check them |
                | `oldest-waiting-ms` beyond `backoff.max` | retries are due and do not get out |
                | `upkeep-age-ms` of `trim` grows | tiers fill the brokers' disks |
                | `waiting-target-count` above 0 for long | targets take no messages, so their messages are held back; `held-back-total` shows the reason |
                | `batch-age-ms` above 60,000 | a batch does not end: `stalled-reason` and the worker's log give the reason |
                | `stalled-reason` above 0 | the same, or all messages wait for a topic that takes no records |
                | `waiting-input-count` above 0 for long, without topics of a fixed delay | the clock of the worker stepped back, the clocks of producers are ahead, or settings changed often |

                ## Pending messages in Kafka's tools

                Every 5 s, each task commits its progress in the inputs and tiers as offsets of the consumer group
                `courier-<connector>`. `kafka-consumer-groups --describe --group courier-<connector>` shows the pending messages of
                each input and tier as its lag, which counts transaction markers too. The connector never reads these offsets, so
                resetting them has no effect.

                To commit these offsets, the principal of the connector's admin client needs READ on the group and on the inputs and
                tiers. To trim the tiers, it needs DELETE on them. Without READ on the group, or without DELETE, the task continues:
                the worker's log names the missing permission every ten minutes, and `upkeep-failure-total` grows. A tier that cannot
                be trimmed keeps every record it ever held. Every other permission is in [security.md](security.md).
                """;
    }

    private static String rows(List<SourceMetric> metrics) {
        return metrics.stream()
                .map(SourceMetric::metric)
                .map(MetricsDocumentTest::row)
                .collect(Collectors.joining());
    }

    private static String row(Metric metric) {
        String tag = metric.tag() == null ? "" : "`" + metric.tag() + "`";
        return "| `" + metric.name() + "` | " + tag + " | " + metric.description() + " |\n";
    }
}
