/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.record.RecordKind;
import io.kafkacourier.kafka.InputReader;
import io.kafkacourier.metrics.MetricPublisher;
import io.kafkacourier.source.BatchWatch;
import io.kafkacourier.source.Running;
import io.kafkacourier.source.SourceMetric;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends dead letters back, from the first there is up to where their topics end when it begins. Invariants:
 *
 * <ol>
 *   <li>Where it ends is written once, with the first record, to the control topic; what comes later is left for another
 *       redrive. So it ends, though what it sends may come back.
 *   <li>Every record carries the progress as of itself, so that Connect may commit any prefix of a batch. What is not
 *       sent moves with the next that is, or, every {@link #TOLD_EVERY}, with a record to the control topic.
 *   <li>After the record that says that it is done it is idle, also when it is started again, until its settings change
 *       or its offsets are deleted.
 * </ol>
 */
final class Redrive implements Running {

    private static final Logger log = LoggerFactory.getLogger(Redrive.class);

    /** How often the control topic is told of progress. */
    static final Duration TOLD_EVERY = Duration.ofSeconds(5);

    /** The time from one batch to the next: each is a transaction. */
    private static final Duration BATCH_INTERVAL = Duration.ofMillis(50);

    private static final Duration MAX_WAIT = Duration.ofMillis(500);
    private static final int MAX_BATCH = 10_000;

    private final RedrivePlan plan;
    private final InputReader reader;
    private final RedriveLetters letters;
    private final Pace pace;
    private final BatchWatch watch;
    private final MetricPublisher publisher;
    private final Clock clock;
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

    private Set<TopicPartition> partitions = Set.of();
    private RedriveProgress progress = RedriveProgress.begin("", Map.of());
    private boolean isToldOf;
    private long toldMs;
    private volatile Shown shown = new Shown(Map.of(), 0, false);

    private record Shown(Map<Outcome, Long> counts, long remaining, boolean isDone) {}

    /**
     * Before it begins.
     *
     * @param reader closed with this
     * @param watch watches that what is handed out gets written; closed with this
     * @param publisher closed with this
     */
    Redrive(
            RedrivePlan plan,
            InputReader reader,
            RedriveLetters letters,
            Pace pace,
            BatchWatch watch,
            MetricPublisher publisher,
            Clock clock) {
        this.plan = plan;
        this.reader = reader;
        this.letters = letters;
        this.pace = pace;
        this.watch = watch;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Goes on where it was left, or settles where it is to end. */
    void start(List<TopicPartition> found, OffsetStorageReader offsets) {
        Map<TopicPartition, InputReader.Range> ranges = reader.assign(found);
        partitions = ranges.keySet();
        Map<String, Object> stored = offsets.offset(RedriveProgress.sourcePartition(plan.connector()));
        RedriveProgress restored = stored == null ? null : RedriveProgress.restore(stored, plan.settings());
        isToldOf = restored != null;
        progress = restored != null
                ? restored
                : RedriveProgress.begin(
                        plan.settings(),
                        ranges.entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        range -> new RedriveProgress.Span(
                                                range.getValue().first(),
                                                range.getValue().end()))));
        Map<TopicPartition, RedriveProgress.Span> spans = progress.spans();
        // A partition that is no more has nothing left to be looked at.
        spans.forEach((partition, span) -> {
            if (!ranges.containsKey(partition)) {
                progress.reach(partition, span.end());
            }
        });
        ranges.forEach((partition, range) -> {
            RedriveProgress.Span span = spans.get(partition);
            if (span == null || progress.isDone() || span.remaining() == 0) {
                reader.start(partition, range.end(), range);
                reader.pause(partition, true);
            } else {
                startAt(partition, span.next(), range);
            }
        });
        show();
        publish();
        watch.start(publisher);
        log.info("{} with {} offsets to look at", restored == null ? "Beginning" : "Going on", progress.remaining());
    }

    @Override
    public @Nullable List<SourceRecord> poll() {
        watch.polling();
        try {
            List<SourceRecord> batch = next();
            if (batch.isEmpty()) {
                watch.handedOutNothing(null);
                return null;
            }
            watch.handedOut(batch);
            return batch;
        } catch (RetriableException e) {
            watch.handedOutNothing(e);
            throw e;
        }
    }

    private List<SourceRecord> next() {
        List<SourceRecord> batch = new ArrayList<>();
        if (!isToldOf) {
            letters.requireControlTopic();
            batch.add(told("start"));
            isToldOf = true;
        } else if (progress.isDone()) {
            reader.poll(MAX_WAIT);
        } else {
            LockSupport.parkNanos(BATCH_INTERVAL.toNanos());
            fetch();
            goOn(batch);
            tell(batch);
        }
        show();
        return batch;
    }

    private void startAt(TopicPartition partition, long next, InputReader.Range range) {
        if (range.end() < next) {
            throw truncated(partition, range.end());
        }
        reader.start(partition, next, range);
    }

    private static ConnectException truncated(TopicPartition partition, long end) {
        return new ConnectException(
                "Partition " + partition + " was truncated at offset " + end
                        + ", behind which dead letters were redriven already. Reset the offsets of the connector to begin anew");
    }

    private void fetch() {
        if (!fetched.isEmpty()) {
            return;
        }
        progress.spans().forEach((partition, span) -> {
            if (span.remaining() > 0 && reader.position(partition).orElse(span.next()) >= span.end()) {
                progress.reach(partition, span.end());
            }
        });
        pauseWhatIsThrough();
        ConsumerRecords<byte[], byte[]> records = reader.poll(progress.remaining() == 0 ? Duration.ZERO : MAX_WAIT);
        reader.breaks().stream().findFirst().ifPresent(found -> {
            throw truncated(
                    found.partition(), reader.position(found.partition()).orElse(0));
        });
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() < progress.end(partition(record))) {
                fetched.add(record);
            }
        }
    }

    /** What comes after the end is not looked at. */
    private void pauseWhatIsThrough() {
        Map<TopicPartition, RedriveProgress.Span> spans = progress.spans();
        for (TopicPartition partition : partitions) {
            RedriveProgress.Span span = spans.get(partition);
            reader.pause(partition, span == null || span.remaining() == 0);
        }
    }

    private void goOn(List<SourceRecord> batch) {
        int allowed = Math.min(pace.allowed(), MAX_BATCH);
        for (int examined = 0; examined < MAX_BATCH && batch.size() < allowed && !fetched.isEmpty(); examined++) {
            ConsumerRecord<byte[], byte[]> letter = fetched.element();
            RedriveLetters.Examined found;
            try {
                found = letters.examine(letter, clock.millis());
            } catch (RetriableException e) {
                // What comes before goes out first; the letter is still there for the next poll.
                if (batch.isEmpty()) {
                    throw e;
                }
                return;
            }
            fetched.remove();
            progress.advance(partition(letter), letter.offset(), found.outcome());
            if (found.record() != null) {
                pace.spend();
                batch.add(withProgress(found.record()));
            }
        }
    }

    private void tell(List<SourceRecord> batch) {
        if (fetched.isEmpty() && progress.remaining() == 0) {
            progress.finish();
            pauseWhatIsThrough();
            batch.add(told("end"));
            log.info("Done: {}", progress.counts());
        } else if (clock.millis() - toldMs >= TOLD_EVERY.toMillis()) {
            batch.add(told("progress"));
        }
    }

    private SourceRecord withProgress(SourceRecord sent) {
        return new SourceRecord(
                RedriveProgress.sourcePartition(plan.connector()),
                progress.sourceOffset(RecordKind.MESSAGE),
                sent.topic(),
                null,
                sent.keySchema(),
                sent.key(),
                sent.valueSchema(),
                sent.value(),
                null,
                sent.headers());
    }

    private SourceRecord told(String event) {
        toldMs = clock.millis();
        return new SourceRecord(
                RedriveProgress.sourcePartition(plan.connector()),
                progress.sourceOffset(RecordKind.EVENT),
                plan.controlTopic(),
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                plan.connector().getBytes(UTF_8),
                Schema.OPTIONAL_BYTES_SCHEMA,
                progress.json(event, plan.connector(), plan.isDryRun(), toldMs));
    }

    private void publish() {
        publishCount(SourceMetric.REDRIVEN, Outcome.REDRIVEN);
        publishCount(SourceMetric.LEFT, Outcome.LEFT);
        publishCount(SourceMetric.LOOPING, Outcome.LOOP);
        publishCount(SourceMetric.REFUSED, Outcome.REFUSED);
        publisher.publish(SourceMetric.REMAINING.metric(), () -> shown.remaining());
        publisher.publish(SourceMetric.DONE.metric(), () -> shown.isDone() ? 1 : 0);
    }

    private void publishCount(SourceMetric metric, Outcome outcome) {
        publisher.publish(
                metric.metric(), () -> Objects.requireNonNull(shown.counts().get(outcome)));
    }

    private void show() {
        shown = new Shown(progress.counts(), progress.remaining(), progress.isDone());
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** What is done is told by the offsets alone. */
    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        watch.done(record);
    }

    @Override
    public void commit() {}

    @Override
    public void wakeup() {
        reader.wakeup();
    }

    @Override
    public void close() {
        watch.close();
        publisher.close();
        reader.close();
    }
}
