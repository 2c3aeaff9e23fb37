/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import io.kafkacourier.source.Trials.Ruling;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class TrialsTest {

    private final MutableClock clock = new MutableClock(1_000_000_000);
    private final Trials.Histories known = new Trials.Histories();
    private Trials trials = new Trials(known, "delay", clock);

    @Test
    void triesARecordAloneThatATaskEndedAtAndRefusesItThen() {
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);
        send(to("out"), 1, false);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
        assertThat(trials.rule("other", 1)).isEqualTo(Ruling.SEND);
        send(to("out"), 1, true);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
        clock.advance(Trials.REFUSED_FOR.toMillis());
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
    void suspectsNothingForAFailureThatTookAsLongAsATimeOut() {
        send(to("out"), 1, false);
        clock.advance(Trials.PROMPT.toMillis() + 1);
        restart();
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);

        send(to("out"), 1, false);
        clock.advance(Trials.PROMPT.toMillis());
        restart();
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
        send(to("out"), 1, true);
        clock.advance(Trials.PROMPT.toMillis() + 1);
        restart();
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
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
        clock.advance(Trials.REFUSED_FOR.toMillis());
        new Trials(known, "other", clock).end();
        assertThat(known.count()).as("a task of the first still runs").isEqualTo(2);

        second.end();
        second.end();
        clock.advance(Trials.REFUSED_FOR.toMillis() - 1);
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
