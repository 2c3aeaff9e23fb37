/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import io.kafkacourier.source.targets.Trials.Ruling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class TrialsTest {

    private final MutableClock clock = new MutableClock(1_000_000_000);
    private final TrialHistory.OfConnectors known = new TrialHistory.OfConnectors();
    private Trials trials = new Trials(known, "delay", clock);

    @Test
    void triesARecordAtWhichATaskEndedAloneAndThenRefusesIt() {
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);
        send(to("out"), 1, false);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
        assertThat(trials.rule("other", 1)).isEqualTo(Ruling.SEND);
        failAlone("out");

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
        clock.advance(Standing.FIRST_REFUSAL.toMillis());
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    @Test
    void refusesForLongerIfTheSameComesAgainButForNoMoreThanAnHour() {
        failAt("out");
        for (long minutes : new long[] {10, 60, 60}) {
            failAlone("out");
            assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
            write("invalid");
            clock.advance(Duration.ofMinutes(minutes).toMillis() - 1);
            assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
            clock.advance(1);
            assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
        }
    }

    @Test
    void refusesFromTheFirstRecordOnHoweverLateTheTaskIsRestarted() {
        failAt("out");
        failAlone("out");
        clock.advance(Standing.LONGEST_REFUSAL.toMillis() - 1);

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
        clock.advance(Standing.FIRST_REFUSAL.toMillis() - 1);
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
        clock.advance(1);
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    @Test
    void refusesForNoLongerBeforeSomethingElseWasWritten() {
        failAt("out");
        for (int failure = 1; failure <= 3; failure++) {
            failAlone("out");
            assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
            clock.advance(Standing.FIRST_REFUSAL.toMillis());
            assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
        }
    }

    @Test
    void doesNotBlameATopicThatTookRecordsAsSoonAsAnother() {
        write("out");
        clock.advance(Standing.PROVEN_FOR.toMillis());
        failAt("out");
        failAlone("out");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);

        failAlone("out");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
    }

    /** Simulates that no record can be written, because the topic of offsets is not writable. */
    @Test
    void revokesARefusalIfNothingElseIsWrittenEitherAndNeedsMoreForTheNext() {
        failAt("out");
        failAlone("out");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);

        failAt("invalid");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);

        failAlone("out");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
        failAlone("out");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
    }

    @Test
    void keepsARefusalOnceSomethingElseWasWritten() {
        failAt("out");
        failAlone("out");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
        write("invalid");
        restart();

        failAt("invalid");

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
    }

    @Test
    void keepsARefusalIfTheTaskFailsAtATrialOfAnotherTopicOrIsNotGivenAnything() {
        failAt("out");
        failAlone("out");

        failAt("other");
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
        assertThat(trials.rule("other", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    /** Permissions may have changed since, and the topic may have been created anew. */
    @Test
    void suspectsATopicThatHasNotTakenARecordForLong() {
        write("out");
        clock.advance(Standing.PROVEN_FOR.toMillis() - 1);
        failAt("out");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);

        clock.advance(1);
        failAt("out");
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    /** A worker without exactly-once support waits for acknowledgements before it ends a task, as long as it is configured to. */
    @Test
    void refusesAfterThreeFailuresThatCameLate() {
        send(to("out"), 1, false);
        failLate();
        for (int failure = 1; failure <= 3; failure++) {
            assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
            send(to("out"), 1, true);
            failLate();
        }
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
    }

    @Test
    void countsNoFailureFromBeforeARecordWasWritten() {
        send(to("out"), 1, false);
        failLate();
        for (int failure = 1; failure <= 2; failure++) {
            send(to("out"), 1, true);
            failLate();
        }
        write("out");
        clock.advance(Standing.PROVEN_FOR.toMillis());

        send(to("out"), 1, false);
        failLate();
        send(to("out"), 1, true);
        failLate();
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    @Test
    void suspectsNothingThatWasWritten() {
        SourceRecord record = to("out");
        send(record, 1, false);
        trials.done(record, true);
        restart();
        send(to("out"), 1, false);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);
    }

    @Test
    void suspectsOnlyLargerRecordsThanWereWritten() {
        SourceRecord small = to("out");
        send(small, 500, false);
        trials.done(small, true);
        send(to("out"), 2_000, false);
        restart();

        assertThat(trials.rule("out", 500)).isEqualTo(Ruling.SEND);
        assertThat(trials.rule("out", 501)).isEqualTo(Ruling.SEND_ALONE);
        send(to("out"), 2_000, true);
        restart();
        assertThat(trials.rule("out", 2_000)).isEqualTo(Ruling.REFUSE);
        assertThat(trials.rule("out", 1_999)).isEqualTo(Ruling.SEND_ALONE);
        SourceRecord between = to("out");
        send(between, 900, true);
        trials.done(between, true);
        assertThat(trials.rule("out", 900)).isEqualTo(Ruling.SEND);
        assertThat(trials.rule("out", 901)).isEqualTo(Ruling.SEND_ALONE);
        assertThat(trials.rule("out", 2_000)).isEqualTo(Ruling.REFUSE);
    }

    @Test
    void clearsATopicThatTakesARecordInTheEnd() {
        send(to("out"), 1, false);
        restart();
        SourceRecord record = to("out");
        send(record, 1, true);
        trials.done(record, true);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);
    }

    @Test
    void provesNothingByARecordThatATransformDropped() {
        SourceRecord record = to("out");
        send(record, 1, false);
        trials.done(record, false);
        send(to("out"), 1, false);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    @Test
    void forgetsARecordThatWasMadeAndNeverHandedOut() {
        trials.made(to("out"), 1, false);
        trials.handedOut(List.of());
        SourceRecord anew = to("out");
        send(anew, 1, false);
        trials.done(anew, true);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);
    }

    @Test
    void forgetsAConnectorThatHasHadNoTaskForAsLongAsItRefuses() {
        Trials second = new Trials(known, "delay", clock);
        trials.end();
        clock.advance(Standing.LONGEST_REFUSAL.toMillis());
        new Trials(known, "other", clock).end();
        assertThat(known.count()).as("a task of the first still runs").isEqualTo(2);

        second.end();
        second.end();
        clock.advance(Standing.LONGEST_REFUSAL.toMillis() - 1);
        new Trials(known, "third", clock).end();
        assertThat(known.count()).isEqualTo(3);
        clock.advance(1);
        new Trials(known, "third", clock).end();
        assertThat(known.count()).isEqualTo(1);
    }

    @Test
    void knowsOfEachConnectorByItself() {
        send(to("out"), 1, false);
        trials.end();

        assertThat(new Trials(known, "other", clock).rule("out", 1)).isEqualTo(Ruling.SEND);
        assertThat(new Trials(known, "delay", clock).rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    /** The task fails at a batch with a record for the topic, like at any other batch. */
    private void failAt(String topic) {
        hand(to(topic));
        restart();
    }

    /** The task fails at a record for the topic that is in a batch of its own. */
    private void failAlone(String topic) {
        send(to(topic), 1, true);
        restart();
    }

    private void failLate() {
        clock.advance(Trials.PROMPT.toMillis() + 1);
        restart();
    }

    private void write(String topic) {
        SourceRecord record = to(topic);
        hand(record);
        trials.done(record, true);
    }

    /** Records for the topic of refused messages are not trials, because no message names it. */
    private void hand(SourceRecord record) {
        if (record.topic().equals("invalid")) {
            trials.handedOut(List.of(record));
        } else {
            send(record, 1, false);
        }
    }

    private void send(SourceRecord record, long bytes, boolean isAlone) {
        trials.made(record, bytes, isAlone);
        trials.handedOut(List.of(record));
    }

    private void restart() {
        trials.end();
        trials = new Trials(known, "delay", clock);
    }

    private static SourceRecord to(String topic) {
        return new SourceRecord(Map.of(), Map.of(), topic, null, null);
    }
}
