/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.sink.Batch.Operation;
import io.kafkacourier.sink.DeliverySettings.OnDestinationFault;
import io.kafkacourier.sink.DeliverySettings.OnMalformed;
import io.kafkacourier.sink.Response.Failure;
import io.kafkacourier.sink.Response.Result;
import io.kafkacourier.sink.Response.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The delivery to a system in memory, which answers at once. Time passes when the test says so. */
class TaskDeliveryTest {

    private final FakeSinkTaskContext context = new FakeSinkTaskContext();
    private final DeliveryMetrics metrics = new DeliveryMetrics();
    private final List<String> written = new ArrayList<>();
    private Function<Operation, @Nullable Result> result = operation -> null;
    private Function<Batch, @Nullable Failure> failure = batch -> null;
    private final List<Runnable> answers = new ArrayList<>();
    /** Whether answers wait until the test runs them. */
    private boolean silent;

    private long nowMs = 1_000;

    private final Transport transport = new Transport() {
        @Override
        public void send(Batch batch, Duration patience, Consumer<Supplier<Response>> answered) {
            Response response = answer(batch);
            Runnable answer = () -> answered.accept(() -> response);
            if (silent) {
                answers.add(answer);
            } else {
                answer.run();
            }
        }

        @Override
        public void check(Consumer<Supplier<Response>> answered) {
            answered.accept(() -> Results.OF_CHECK);
        }
    };

    @Test
    void commitsARecordWhenItIsWritten() {
        silent = true;
        TaskDelivery delivery = delivery(OnDestinationFault.RETRY);
        put(delivery, 0, 3);
        assertThat(committable(delivery, 3)).as("before the answers").isZero();

        answers.forEach(Runnable::run);

        assertThat(committable(delivery, 3)).isEqualTo(3);
        assertThat(written).containsExactly("even@0", "even@2", "odd@1");
    }

    @Test
    void commitsNothingPastARecordThatHasToBeSentAgain() {
        result = operation -> at(operation) == 1 ? new Result(RecordOutcome.RETRY, "busy") : null;
        TaskDelivery delivery = delivery(OnDestinationFault.RETRY);
        put(delivery, 0, 3);
        advance(delivery);
        assertThat(committable(delivery, 3)).isEqualTo(1);

        result = operation -> null;
        advance(delivery);

        assertThat(committable(delivery, 3)).isEqualTo(3);
    }

    @Test
    void aFaultyDestinationStopsNoOther() {
        result = operation ->
                operation.destination().equals("odd") ? new Result(RecordOutcome.DESTINATION_FAULT, "read only") : null;
        TaskDelivery delivery = delivery(OnDestinationFault.RETRY);
        put(delivery, 0, 6);
        advance(delivery);

        assertThat(written).containsExactly("even@0", "even@2", "even@4");
        assertThat(context.paused).isEmpty();
        assertThat(metrics.faults()).isEqualTo(1);
        assertThat(metrics.lastError()).isEqualTo("read only");
    }

    @Test
    void aSystemThatFailsIsTriedAgainAfterABackOffInWhichNothingIsRead() {
        failure = batch -> new Failure(RequestOutcome.RETRY, "down");
        TaskDelivery delivery = delivery(OnDestinationFault.RETRY);
        put(delivery, 0, 1);
        delivery.put(List.of());
        assertThat(context.paused).containsExactly(TestRecord.PARTITION);

        failure = batch -> null;
        advance(delivery);

        assertThat(committable(delivery, 1)).isEqualTo(1);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void findsAndReportsTheOneRecordThatSpoilsItsBatch() {
        failure = batch -> batch.operations().stream().anyMatch(operation -> at(operation) == 4)
                ? new Failure(RequestOutcome.SPLIT, "too large")
                : null;
        TaskDelivery delivery = delivery(OnDestinationFault.RETRY);
        put(delivery, 0, 8);
        advance(delivery);

        assertThat(written).hasSize(7).doesNotContain("even@4");
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).error()).hasMessage("t-0@4 was refused for table even by Store: too large");
        assertThat(committable(delivery, 8)).isEqualTo(8);
    }

    @Test
    void anUnclearErrorIsTheRecordsIfItsDestinationTakesOthers() {
        result = operation -> at(operation) == 2 ? new Result(RecordOutcome.UNCLEAR, "odd value") : null;
        TaskDelivery delivery = delivery(OnDestinationFault.RETRY);
        put(delivery, 0, 5);
        advance(delivery);

        assertThat(context.reports).hasSize(1);
        assertThat(committable(delivery, 5)).isEqualTo(5);
    }

    @Test
    void anUnclearErrorIsTheDestinationsIfThatTakesNothing() {
        result = operation -> new Result(RecordOutcome.UNCLEAR, "odd value");
        TaskDelivery delivery = delivery(OnDestinationFault.RETRY);
        put(delivery, 0, 4);
        advance(delivery);

        assertThat(context.reports).isEmpty();
        assertThat(committable(delivery, 4)).isZero();
    }

    @Test
    void failsOnADestinationFaultIfItIsConfiguredTo() {
        failure = batch -> new Failure(RequestOutcome.DESTINATION_FAULT, "401");
        TaskDelivery delivery = delivery(OnDestinationFault.FAIL);
        put(delivery, 0, 1);

        assertThatThrownBy(() -> delivery.put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Store refuses records: 401, and on.destination.fault=fail");
    }

    @Test
    void reportsARecordThatCannotBeEncoded() {
        TaskDelivery delivery = delivery(OnDestinationFault.RETRY);
        put(delivery, 99, 100);
        advance(delivery);

        assertThat(context.reports.get(0).error()).hasMessage("t-0@99 is unreadable");
        assertThat(committable(delivery, 100)).isEqualTo(100);
    }

    private TaskDelivery delivery(OnDestinationFault onDestinationFault) {
        DeliverySettings settings = new DeliverySettings(
                10_000,
                100,
                Duration.ZERO,
                4,
                1_000_000,
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                Duration.ZERO,
                OnMalformed.REPORT,
                onDestinationFault);
        TargetSystem target = new TargetSystem(
                "Store", "table", Duration.ofSeconds(60), TaskDeliveryTest::encode, transport, DestinationSetup.NONE);
        TaskDelivery delivery = new TaskDelivery(context, target, settings, metrics, new Random(1), () -> nowMs);
        context.assign(TestRecord.PARTITION);
        delivery.open(List.of(TestRecord.PARTITION));
        return delivery;
    }

    private static EncodedRecord encode(SinkRecord record) {
        if (record.kafkaOffset() == 99) {
            throw new DataException("is unreadable");
        }
        return TestRecord.to(record.kafkaOffset() % 2 == 0 ? "even" : "odd");
    }

    private Response answer(Batch batch) {
        Failure failed = failure.apply(batch);
        return failed != null
                ? failed
                : new Results(batch.operations().stream().map(this::write).toList());
    }

    private Result write(Operation operation) {
        Result refused = result.apply(operation);
        if (refused != null) {
            return refused;
        }
        written.add(operation.destination() + "@" + at(operation));
        return Result.WRITTEN;
    }

    private static long at(Operation operation) {
        return operation.pending().offset();
    }

    private static void put(TaskDelivery delivery, long from, long to) {
        delivery.put(LongStream.range(from, to).mapToObj(TestRecord::read).toList());
    }

    /** Goes on as a worker would, until every back-off is over. */
    private void advance(TaskDelivery delivery) {
        for (int i = 0; i < 20; i++) {
            nowMs += 100;
            delivery.put(List.of());
        }
    }

    private static long committable(TaskDelivery delivery, long read) {
        return Objects.requireNonNull(delivery.preCommit(Map.of(TestRecord.PARTITION, new OffsetAndMetadata(read)))
                        .get(TestRecord.PARTITION))
                .offset();
    }
}
