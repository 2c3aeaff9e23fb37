/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import io.kafkacourier.PublishedMetrics;
import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.kafka.admin.ClusterAdmin;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.RunningSource;
import io.kafkacourier.source.SourceAssembly;
import io.kafkacourier.source.SourceMetrics;
import io.kafkacourier.source.StoredOffsets;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.metrics.SourceMetric;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.Maintenance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics of a task while records of {@code sink.errors-3} wait, on a clock that the test sets. */
class RunningRetryTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final TopicPartition ERRORS = new TopicPartition("sink.errors", 3);
    private static final RecordMetadata WRITTEN = new RecordMetadata(new TopicPartition("any", 0), 0, 0, 0, 0, 0);

    private final MutableClock clock = new MutableClock(NOW);
    private final ClusterAdmin admin = new ClusterAdmin(
            Admin.create(Map.of("bootstrap.servers", "localhost:9")), "the admin client (User:courier)");
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final PublishedMetrics published = new PublishedMetrics();
    private final Behaviour config = RetrySourceConfig.read(Map.of(
            "name", "retry",
            "bootstrap.servers", "localhost:9",
            "topics", "sink.errors",
            "retry.topic", "sink.retry",
            "dead.letter.topic", "sink.dlq",
            "max.attempts", "2",
            "backoff.initial", "10s",
            "backoff.jitter", "0",
            "horizon", "1m"));
    private final RunningSource running = new RunningSource(
            SourceAssembly.of(
                    config,
                    assignment(),
                    consumer,
                    topic -> CompletableFuture.completedFuture(TargetTopic.Present.WITH_DEFAULTS),
                    clock),
            new SourceMetrics(config, clock),
            published,
            clock);

    @BeforeEach
    void start() {
        consumer.updateBeginningOffsets(Map.of(ERRORS, 0L));
        consumer.updateEndOffsets(Map.of(ERRORS, 0L));
        running.start(
                assignment(),
                new StoredOffsets(Map.of()),
                completed -> Maintenance.start(
                        "test", admin.progress(), config.config().progressGroup(), assignment(), completed, clock));
    }

    @AfterEach
    void close() {
        running.close();
        admin.close();
        assertThat(published.keys()).as("metrics that are left").isEmpty();
    }

    @Test
    void publishesEveryMetricThatIsDeclared() {
        assertThat(published.names())
                .isEqualTo(SourceMetric.Of.RETRY.metrics().stream()
                        .map(metric -> metric.metric().name())
                        .collect(Collectors.toSet()));
        assertThat(published.keys())
                .contains(
                        "dead-letter-total{reason=EXHAUSTED}",
                        "waiting-count{attempt=2}",
                        "waiting-count{attempt=more}");
    }

    @Test
    void countsWaitingMessagesByAttemptAndTheAgeOfTheOldest() {
        arrive(
                FailedRecord.at(NOW - 300).offset(0),
                FailedRecord.at(NOW - 200).offset(1).text("__courier.retry.attempt", "1"),
                FailedRecord.at(NOW - 100)
                        .offset(2)
                        .text("__courier.retry.attempt", "2")
                        .text("__courier.retry.max", "4")
                        .text("__courier.retry.redrive", "1"));
        running.poll();
        clock.advance(1_000);
        pollForStatus();

        assertThat(published.value("waiting-count{attempt=1}")).isEqualTo(1);
        assertThat(published.value("waiting-count{attempt=2}")).isEqualTo(1);
        assertThat(published.value("waiting-count{attempt=more}")).isEqualTo(1);
        assertThat(published.value("oldest-waiting-ms")).isEqualTo(1_300);

        clock.advance(60_000);
        pollForStatus();

        assertThat(published.value("waiting-count{attempt=1}")).isZero();
        assertThat(published.value("oldest-waiting-ms")).isNaN();
    }

    @Test
    void countsRetriesAndDeadLettersByReasonWhenTheyAreWritten() {
        arrive(
                FailedRecord.at(NOW - 10_000).offset(0),
                FailedRecord.at(NOW).offset(1).text("__courier.retry.attempt", "2"),
                FailedRecord.at(NOW)
                        .offset(2)
                        .createTime()
                        .text("__courier.retry.last.failure.ms", Long.toString(NOW + 86_400_000)));
        for (SourceRecord record : Objects.requireNonNull(running.poll())) {
            running.commitRecord(record, WRITTEN);
        }

        assertThat(published.value("delivered-total")).isEqualTo(1);
        assertThat(published.value("dead-letter-total{reason=EXHAUSTED}")).isEqualTo(1);
        assertThat(published.value("dead-letter-total{reason=DELAY_TOO_LONG}")).isEqualTo(1);
        assertThat(published.value("dead-letter-total{reason=NON_RETRIABLE}")).isZero();
    }

    /** The status is updated every second, and the arrival of a record does not change that. */
    private void pollForStatus() {
        running.poll();
        running.poll();
    }

    private void arrive(FailedRecord... records) {
        List.of(records).forEach(record -> consumer.addRecord(record.record()));
    }

    private static Assignment assignment() {
        return new Assignment(List.of(ERRORS), Map.of("sink.errors", "id"), Map.of());
    }
}
