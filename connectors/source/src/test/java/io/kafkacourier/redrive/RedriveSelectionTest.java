/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static io.kafkacourier.redrive.RedriveFixture.dead;
import static io.kafkacourier.redrive.RedriveFixture.pollUntilIdle;
import static io.kafkacourier.source.HandedOut.header;
import static io.kafkacourier.source.HandedOut.last;
import static io.kafkacourier.source.HandedOut.text;
import static io.kafkacourier.source.HandedOut.topics;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A redrive leaves letters that are not selected, or that cannot go back, and counts them by the reason. */
class RedriveSelectionTest {

    private final RedriveFixture redrives = new RedriveFixture();

    @AfterEach
    void close() {
        redrives.close();
    }

    @Test
    void sendsOnlySelectedLettersAndCountsTheOthers() {
        redrives.set("redrive.when", "header.__courier.retry.reason == 'EXHAUSTED' and header.tenant in ['t1', 't3']");
        redrives.add(5);

        List<SourceRecord> sent = pollUntilIdle(redrives.start());

        assertThat(topics(sent)).containsExactly("again.redrive", "sink.retry", "sink.retry", "again.redrive");
        assertThat(text(sent.get(3))).contains("\"redriven\":2", "\"left\":3");
    }

    @Test
    void leavesALetterWhoseBodyTheConditionCannotRead() {
        redrives.set("redrive.when", "value.type == 'order'");
        redrives.add(1);

        assertThat(text(last(pollUntilIdle(redrives.start())))).contains("\"left\":1");
    }

    @Test
    void readsALetterBehindASchemaId() {
        redrives.set("redrive.when", "value.type == 'order'");
        redrives.add(dead(0).value("\0\0\0\0\7{\"type\":\"order\"}".getBytes(UTF_8)));
        redrives.add(dead(1).value("\0\0\0\0\7\12order".getBytes(UTF_8)));

        assertThat(text(last(pollUntilIdle(redrives.start())))).contains("\"redriven\":1", "\"left\":1");
    }

    @Test
    void sendsALetterBackToAReservedTopicOnlyIfItIsListed() {
        redrives.toOrigins();
        redrives.set("topics.allow.internal", "_listed");
        for (String origin : List.of("_schemas", "connect-configs", "_listed", "orders")) {
            redrives.topicExists(origin);
            redrives.addFrom(origin);
        }

        assertThat(topics(pollUntilIdle(redrives.start())))
                .containsExactly("again.redrive", "_listed", "orders", "again.redrive");
    }

    @Test
    void leavesALetterThatWasRedrivenTooOften() {
        redrives.add(dead(0).text("__courier.retry.redrive", "3"));
        redrives.add(dead(1).text("__courier.retry.redrive", "2"));

        List<SourceRecord> sent = pollUntilIdle(redrives.start());

        assertThat(text(last(sent))).contains("\"redriven\":1", "\"loop\":1");
        assertThat(header(sent.get(1), "__courier.retry.redrive")).isEqualTo("3");
    }

    @Test
    void leavesALetterThatItsTargetDoesNotTake() {
        redrives.topicTakes("sink.retry", 500);
        redrives.add(dead(0).value(new byte[1_000]));

        assertThat(text(last(pollUntilIdle(redrives.start())))).contains("\"redriven\":0", "\"refused\":1");
    }

    @ParameterizedTest
    @CsvSource({"'stacktrace,history,value', 0", "'value,headers', 0", "'stacktrace,history', 1", "stacktrace, 1"})
    void leavesALetterThatHasLostItsValue(String shed, int redriven) {
        redrives.add(dead(0).value(null).text("__courier.retry.shed", shed));

        assertThat(text(last(pollUntilIdle(redrives.start()))))
                .contains("\"redriven\":" + redriven, "\"refused\":" + (1 - redriven));
    }

    @Test
    void sendsALetterThatHasItsValueWhateverItsHeadersSay() {
        redrives.add(dead(0).text("__courier.retry.shed", "value"));

        assertThat(text(last(pollUntilIdle(redrives.start())))).contains("\"redriven\":1", "\"refused\":0");
    }
}
