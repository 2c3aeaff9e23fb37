/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static io.kafkacourier.redrive.RedriveFixture.offsetsIn;
import static io.kafkacourier.redrive.RedriveFixture.poll;
import static io.kafkacourier.redrive.RedriveFixture.pollUntilBlocked;
import static io.kafkacourier.redrive.RedriveFixture.pollUntilIdle;
import static io.kafkacourier.source.HandedOut.last;
import static io.kafkacourier.source.HandedOut.text;
import static io.kafkacourier.source.HandedOut.topics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.TargetTopic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Letters wait while their topics accept no records, and do not hold up others. */
class RedriveBlockedTopicsTest {

    private final RedriveFixture redrives = new RedriveFixture();

    @AfterEach
    void close() {
        redrives.close();
    }

    @Test
    void doesNotBeginBeforeItsControlTopicCanBeWrittenTo() {
        redrives.add(1);
        redrives.topicIs("again.redrive", new TargetTopic.Denied());
        Redrive redrive = redrives.start();

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(redrive::poll)
                .withMessageContaining("again.redrive");
    }

    @Test
    void waitsWithALetterForABlockedTopicAndShowsWhy() {
        redrives.topicIsBlocked("sink.retry");
        redrives.add(1);
        Redrive redrive = redrives.start();
        assertThat(topics(poll(redrive))).containsExactly("again.redrive");

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> pollUntilIdle(redrive))
                .withMessageContaining("The target sink.retry has a partition without a leader");
        assertThat(redrives.published().value("stalled-reason{reason=no-leader}"))
                .isEqualTo(1);
    }

    @Test
    void sendsTheLettersForOtherTopicsFirst() {
        redrives.toOrigins();
        redrives.addFrom("blocked", "orders", "blocked", "orders");
        redrives.topicExists("orders");
        redrives.topicIsBlocked("blocked");
        Redrive redrive = redrives.start();

        List<SourceRecord> before = pollUntilBlocked(redrive);
        assertThat(topics(before)).containsExactly("again.redrive", "orders", "orders", "again.redrive");
        assertThat(text(last(before))).contains("\"event\":\"progress\"", "\"waiting\":[\"blocked\"]");
        assertThat(redrives.published().value("waiting-target-count")).isEqualTo(1);
        assertThat(redrives.published().value("stalled-reason{reason=no-leader}"))
                .isEqualTo(1);
        assertThat(redrives.published().value("done")).isZero();
        assertThat(redrives.published().value("remaining-count")).isEqualTo(4);

        redrives.topicExists("blocked");
        redrives.lookAgain();
        List<SourceRecord> after = pollUntilIdle(redrive);
        assertThat(topics(after)).containsExactly("blocked", "blocked", "again.redrive");
        assertThat(text(last(after))).contains("\"redriven\":4", "\"remaining\":0", "\"waiting\":[]");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"})
    void sendsEachLetterOnceWhereverItIsStopped(int committed) {
        redrives.toOrigins();
        redrives.addFrom("a", "b", "c", "a", "b", "c", "a", "b", "c", "a");
        redrives.topicExists("a");
        redrives.topicIsBlocked("b");
        redrives.topicIsBlocked("c");
        Redrive stopped = redrives.start();
        List<SourceRecord> all = new ArrayList<>(pollUntilBlocked(stopped));
        redrives.topicExists("b");
        redrives.lookAgain();
        all.addAll(pollUntilBlocked(stopped));
        redrives.topicExists("c");
        redrives.lookAgain();
        all.addAll(pollUntilIdle(stopped));
        List<SourceRecord> before = all.subList(0, committed);
        redrives.commit(last(before));

        List<SourceRecord> after = pollUntilIdle(redrives.start());

        List<SourceRecord> sent = new ArrayList<>(before);
        sent.addAll(after);
        assertThat(offsetsIn("a", sent)).containsExactly("0", "3", "6", "9");
        assertThat(offsetsIn("b", sent)).containsExactly("1", "4", "7");
        assertThat(offsetsIn("c", sent)).containsExactly("2", "5", "8");
        assertThat(text(last(sent))).contains("\"event\":\"end\"", "\"redriven\":10");
    }

    @Test
    void goesOnIfATopicIsBlockedOnceMore() {
        redrives.toOrigins();
        redrives.addFrom("a", "b", "a", "b", "a");
        redrives.topicExists("b");
        redrives.topicIsBlocked("a");
        redrives.set("redrive.rate", "10");
        Redrive redrive = redrives.start();
        List<SourceRecord> sent = new ArrayList<>(pollUntilBlocked(redrive));
        redrives.topicExists("a");
        redrives.lookAgain();
        while (offsetsIn("a", sent).isEmpty()) {
            sent.addAll(poll(redrive));
        }
        redrives.topicIsBlocked("a");
        redrives.lookAgain();
        redrives.lookAgain();
        sent.addAll(pollUntilBlocked(redrive));
        assertThat(offsetsIn("a", sent)).hasSizeBetween(1, 2);
        redrives.topicExists("a");
        redrives.lookAgain();
        sent.addAll(pollUntilIdle(redrive));

        assertThat(offsetsIn("a", sent)).containsExactly("0", "2", "4");
        assertThat(offsetsIn("b", sent)).containsExactly("1", "3");
        assertThat(text(last(sent))).contains("\"redriven\":5");
    }

    @Test
    void losesNoLetterIfTooManyTopicsAreBlocked() {
        redrives.toOrigins();
        int blocked = DeferredLetters.CAPACITY + 5;
        for (int number = 0; number < blocked; number++) {
            redrives.addFrom("blocked" + number);
            redrives.topicIsBlocked("blocked" + number);
        }
        redrives.addFrom("orders", "blocked0");
        redrives.topicExists("orders");
        Redrive redrive = redrives.start();
        List<SourceRecord> sent = new ArrayList<>(pollUntilBlocked(redrive));
        assertThat(topics(sent)).containsOnly("again.redrive");
        assertThat(redrives.published().value("waiting-target-count")).isEqualTo(DeferredLetters.CAPACITY);

        redrives.topicExists("blocked7");
        redrives.lookAgain();
        sent.addAll(pollUntilBlocked(redrive));
        assertThat(topics(sent)).contains("blocked7").doesNotContain("orders");
        for (int number = 0; number < blocked; number++) {
            redrives.topicExists("blocked" + number);
        }
        redrives.lookAgain();
        sent.addAll(pollUntilIdle(redrive));

        assertThat(topics(sent).stream().filter(topic -> !topic.equals("again.redrive")))
                .hasSize(blocked + 2)
                .contains("orders");
        assertThat(offsetsIn("blocked0", sent)).containsExactly("0", Integer.toString(blocked + 1));
        assertThat(text(last(sent))).contains("\"event\":\"end\"", "\"redriven\":" + (blocked + 2));
    }

    @Test
    void leavesLettersThatWaitedForATopicThatIsDeleted() {
        redrives.toOrigins();
        redrives.addFrom("blocked", "orders");
        redrives.topicExists("orders");
        redrives.topicIsBlocked("blocked");
        Redrive redrive = redrives.start();
        List<SourceRecord> sent = new ArrayList<>(pollUntilBlocked(redrive));

        redrives.topicIsMissing("blocked");
        redrives.lookAgain();
        for (int look = 0; look < 3; look++) {
            try {
                sent.addAll(poll(redrive));
            } catch (RetriableException e) {
                assertThat(e).hasMessageContaining("blocked was not found");
            }
            redrives.advance(2_000);
        }
        sent.addAll(pollUntilIdle(redrive));

        assertThat(topics(sent)).doesNotContain("blocked");
        assertThat(text(last(sent))).contains("\"event\":\"end\"", "\"redriven\":1", "\"refused\":1");
    }

    @Test
    void sendsLettersWhileItsControlTopicIsBlocked() {
        redrives.add(2);
        redrives.set("redrive.rate", "1");
        Redrive redrive = redrives.start();
        assertThat(topics(poll(redrive))).containsExactly("again.redrive");
        redrives.topicIsBlocked("again.redrive");
        redrives.advance(2 * Redrive.TOLD_EVERY.toMillis());

        assertThat(topics(pollUntilBlocked(redrive))).containsExactly("sink.retry", "sink.retry");
        redrives.topicExists("again.redrive");
        redrives.lookAgain();
        assertThat(text(last(pollUntilIdle(redrive)))).contains("\"event\":\"end\"", "\"redriven\":2");
    }
}
