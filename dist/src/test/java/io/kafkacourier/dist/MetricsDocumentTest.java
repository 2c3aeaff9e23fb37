/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.metrics.Metric;
import io.kafkacourier.source.SourceMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} says what the metrics' own declarations say. */
class MetricsDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

    @Test
    void theDocumentSaysWhatTheMetricsSay() throws IOException {
        String generated = document();
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(DOCUMENT, generated);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("docs/metrics.md; to update it: mvn verify -pl dist -am -Ddocs.update=true")
                .isEqualTo(generated);
    }

    @Test
    void everyMetricHasANameLikeThoseOfKafkaAndIsDescribed() {
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

                Every metric of a task of `DelaySourceConnector` and of `RetrySourceConnector`, generated from their
                declarations. NaN means that the metric has no value at the moment.

                From Connect 4.1 on they are among the worker's own metrics, so that every reporter of the worker has them;
                in JMX they are attributes of `kafka.connect:type=plugins,connector=<name>,task=<n>`, followed by the tag
                where a metric has one, as in `,topic=orders`. On an older Connect they are attributes of
                `io.kafkacourier:type=delay-source,connector="<name>",task="<n>"`, or `type=retry-source`, followed by the tag, as
                in `,topic="orders"`.

                ## Delays

                | metric | tag | what it says |
                |---|---|---|
                """
                + rows(SourceMetric.Of.DELAY.metrics())
                + """

                ## Retries

                Those of delays, where delivered means tried again, but for `invalid-total`; and

                | metric | tag | what it says |
                |---|---|---|
                """
                + rows(SourceMetric.Of.RETRY.metrics().stream()
                        .filter(metric -> !SourceMetric.Of.DELAY.metrics().contains(metric))
                        .toList())
                + """

                `delivered-rate` is the attempts per second. Only the consumer knows whether an attempt
                succeeded.

                ## Redrive

                With `mode=redrive`, these alone:

                | metric | tag | what it says |
                |---|---|---|
                """
                + rows(SourceMetric.Of.REDRIVE.metrics())
                + """

                ## The connector itself

                In addition to those of its tasks, whatever it does: attributes of
                `kafka.connect:type=plugins,connector=<name>`, or of
                `io.kafkacourier:type=delay-source,connector="<name>"`, on the worker that runs the connector.

                | metric | tag | what it says |
                |---|---|---|
                """
                + rows(SourceMetric.Of.CONNECTOR.metrics())
                + """

                ## What to watch

                | sign | what it says |
                |---|---|
                | `overdue-ms` grows | nothing gets out: a target that the cluster says nothing of, or a send that does not end |
                | `lateness-p99-ms` high, `overdue-ms` too | more is due than gets out; `due-rate` shows how much |
                | `buffer-used-ratio` at 1 | inputs and tiers are read on only as fast as messages leave memory |
                | `missing-total` above 0 | messages were deleted before they were delivered, or a log was truncated |
                | `blocked-by-transaction-ms` above the writers' `transaction.timeout.ms` | a transaction hangs, and nothing behind it is read: `kafka-transactions.sh find-hanging`, then `abort` |
                | `look-age-ms` grows | new topics and partitions are not read |
                | `left-out-topic-count` or `endangered-topic-count` above 0 | a topic's settings lose messages; the worker's log says which |
                | `invalid-total` grows | somebody sends what cannot be delivered; the records in `invalid.topic` say who |
                | `dead-letter-total` grows | messages become dead letters; the reason says whether somebody should look |
                | `oldest-waiting-ms` beyond `backoff.max` | retries are due and do not get out |
                | `upkeep-age-ms` of `trim` grows | tiers fill the brokers' disks |
                | `waiting-target-count` above 0 for long | targets take no messages, which are held back; `held-back-total` says why |
                | `batch-age-ms` above 60,000 | a batch does not end: `stalled-reason` and the worker's log say why |
                | `stalled-reason` above 0 | the same, or the line waits for a topic that takes no records |
                | `waiting-input-count` above 0 for long, without topics of a fixed delay | the clock of the worker stepped back, those of producers are ahead, or settings changed often |

                ## Pending in the tools of Kafka

                Each task shows how far its inputs and tiers have come as the offsets of the consumer group
                `courier-<connector>`, every 5 s. `kafka-consumer-groups --describe --group courier-<connector>` shows what is
                pending of each as its lag, which counts the markers of transactions too. Nothing is ever read from that
                group: to reset its offsets moves nothing.

                The principal of the connector's admin client needs READ on that group and on the inputs and tiers to show this,
                and DELETE on the tiers to trim them. Without READ on the group or DELETE the task works on: the worker's log names
                what is missing every ten minutes, and `upkeep-failure-total` grows. A tier that cannot be trimmed keeps all it ever
                held. Every other permission is in [security.md](security.md).
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
