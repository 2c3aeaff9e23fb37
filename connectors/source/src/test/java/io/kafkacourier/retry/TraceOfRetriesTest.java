/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.RetryTaskFixture.NOW;
import static io.kafkacourier.retry.RetryTaskFixture.failed;
import static io.kafkacourier.source.HandedOut.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.source.HandedOut;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trace events report retries and dead letters, and no more of their errors than configured. */
class TraceOfRetriesTest {

    private final RetryTaskFixture task = new RetryTaskFixture();

    @Test
    void reportsRetriesAndDeadLettersInTheirTransactions() {
        task.restartWithTrace();
        task.arrive(
                failed(), FailedRecord.at(NOW).offset(43).connect("orders", 7, 1235, "VALUE_CONVERTER", "a.B", "a.B"));

        List<SourceRecord> first = task.poll();
        task.advance(1_000);
        List<SourceRecord> second = task.poll();

        assertThat(events(first))
                .anySatisfy(event -> assertThat(event)
                        .contains(
                                "\"event\":\"dead_letter\"",
                                "\"attempt\":0",
                                "\"error_type\":\"a.B\"",
                                "\"status\":\"error\""));
        assertThat(events(second))
                .anySatisfy(event ->
                        assertThat(event).contains("\"event\":\"retry\"", "\"attempt\":1", "\"topic\":\"sink.retry\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"capped", "none"})
    void leavesTheErrorMessageOutOfEventsIfConfigured(String form) {
        task.set("error.message", form);
        task.restartWithTrace();
        task.arrive(FailedRecord.at(NOW)
                .connect("orders", 7, 1235, "VALUE_CONVERTER", "a.B", "a.B")
                .text("__connect.errors.exception.message", "For input string: 4111"));

        List<SourceRecord> sent = task.poll();

        assertThat(events(sent)).singleElement().satisfies(event -> {
            assertThat(event).contains("\"event\":\"dead_letter\"", "\"error_type\":\"a.B\"");
            assertThat(event.contains("For input string")).isEqualTo(form.equals("capped"));
        });
        assertThat(header(sent.get(0), "__courier.error.message")).isEqualTo("For input string: 4111");
    }

    private static List<String> events(List<SourceRecord> records) {
        return records.stream()
                .filter(record -> record.topic().equals("message-trace"))
                .map(HandedOut::text)
                .toList();
    }
}
