/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static io.kafkacourier.redrive.RedriveFixture.offsetsIn;
import static io.kafkacourier.redrive.RedriveFixture.poll;
import static io.kafkacourier.redrive.RedriveFixture.pollUntilIdle;
import static io.kafkacourier.source.HandedOut.last;
import static io.kafkacourier.source.HandedOut.text;
import static io.kafkacourier.source.HandedOut.topics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A redrive that restarts sends each letter once. */
class RedriveRestartTest {

    private final RedriveFixture redrives = new RedriveFixture();

    @AfterEach
    void close() {
        redrives.close();
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3", "4"})
    void resumesAfterTheLastCommittedLetter(int committed) {
        redrives.add(4);
        List<SourceRecord> before = pollUntilIdle(redrives.start()).subList(0, committed + 1);
        redrives.commit(last(before));

        List<SourceRecord> after = pollUntilIdle(redrives.start());

        List<String> offsets = new ArrayList<>(offsetsIn("sink.retry", before));
        offsets.addAll(offsetsIn("sink.retry", after));
        assertThat(offsets).containsExactly("0", "1", "2", "3");
        assertThat(text(last(after))).contains("\"redriven\":4");
    }

    @Test
    void staysIdleOnceItHasEndedUntilItsSettingsChange() {
        redrives.add(2);
        redrives.commit(last(pollUntilIdle(redrives.start())));

        assertThat(pollUntilIdle(redrives.start())).isEmpty();
        redrives.set("redrive.when", "header.tenant == 't0'");
        assertThat(topics(pollUntilIdle(redrives.start())))
                .containsExactly("again.redrive", "sink.retry", "again.redrive");
    }

    @Test
    void stopsAtStoredOffsetsThatCannotBeRead() {
        redrives.store(
                RedriveProgress.sourcePartition("again"),
                Map.of("settings", redrives.plan().settings(), "partitions", "x"));

        assertThatExceptionOfType(ConnectException.class).isThrownBy(redrives::start);
    }

    @Test
    void sendsALetterAtWhichATaskEndedAloneAndThenLeavesIt() {
        redrives.toOrigins();
        redrives.addFrom("orders", "secret", "orders", "secret");
        redrives.topicExists("orders");
        redrives.topicExists("secret");
        Redrive first = redrives.start();
        SourceRecord begun = poll(first).get(0);
        redrives.commit(begun);
        List<SourceRecord> together = poll(first);
        assertThat(topics(together)).contains("orders", "secret");
        together.stream()
                .filter(record -> record.topic().equals("orders"))
                .forEach(record ->
                        first.commitRecord(record, new RecordMetadata(new TopicPartition("orders", 0), 0, 0, 0, 0, 0)));
        first.close();

        Redrive second = redrives.start();
        assertThat(topics(poll(second))).containsExactly("orders");
        assertThat(topics(poll(second))).containsExactly("secret");
        second.close();

        List<SourceRecord> sent = pollUntilIdle(redrives.start());
        assertThat(topics(sent)).containsExactly("orders", "orders", "again.redrive");
        assertThat(text(last(sent))).contains("\"redriven\":2", "\"refused\":2");
    }
}
