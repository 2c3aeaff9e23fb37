/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import io.kafkacourier.source.Trials.Ruling;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class TrialsTest {

    private final MutableClock clock = new MutableClock(1_000_000_000);
    private final Trials.History known = new Trials.History();
    private Trials trials = new Trials(known, clock);

    @Test
    void triesARecordAloneThatATaskEndedAtAndRefusesItThen() {
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);
        trials.sending(to("out"), 1, false);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
        assertThat(trials.rule("other", 1)).isEqualTo(Ruling.SEND);
        trials.sending(to("out"), 1, true);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.REFUSE);
        clock.advance(Trials.REFUSED_FOR.toMillis());
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    @Test
    void suspectsNothingThatWasWritten() {
        SourceRecord record = to("out");
        trials.sending(record, 1, false);
        trials.done(record, true);
        restart();
        trials.sending(to("out"), 1, false);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);
    }

    @Test
    void suspectsOnlyLargerRecordsThanWereWritten() {
        SourceRecord small = to("out");
        trials.sending(small, 500, false);
        trials.done(small, true);
        trials.sending(to("out"), 2_000, false);
        restart();

        assertThat(trials.rule("out", 500)).isEqualTo(Ruling.SEND);
        assertThat(trials.rule("out", 501)).isEqualTo(Ruling.SEND_ALONE);
        trials.sending(to("out"), 2_000, true);
        restart();
        assertThat(trials.rule("out", 2_000)).isEqualTo(Ruling.REFUSE);
        assertThat(trials.rule("out", 1_999)).isEqualTo(Ruling.SEND_ALONE);
        SourceRecord between = to("out");
        trials.sending(between, 900, true);
        trials.done(between, true);
        assertThat(trials.rule("out", 900)).isEqualTo(Ruling.SEND);
        assertThat(trials.rule("out", 901)).isEqualTo(Ruling.SEND_ALONE);
        assertThat(trials.rule("out", 2_000)).isEqualTo(Ruling.REFUSE);
    }

    @Test
    void clearsATopicThatTakesARecordInTheEnd() {
        trials.sending(to("out"), 1, false);
        restart();
        SourceRecord record = to("out");
        trials.sending(record, 1, true);
        trials.done(record, true);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);
    }

    @Test
    void suspectsNothingForAFailureThatTookAsLongAsATimeOut() {
        trials.sending(to("out"), 1, false);
        clock.advance(Trials.PROMPT.toMillis() + 1);
        restart();
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND);

        trials.sending(to("out"), 1, false);
        clock.advance(Trials.PROMPT.toMillis());
        restart();
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
        trials.sending(to("out"), 1, true);
        clock.advance(Trials.PROMPT.toMillis() + 1);
        restart();
        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    @Test
    void provesNothingByARecordThatATransformDropped() {
        SourceRecord record = to("out");
        trials.sending(record, 1, false);
        trials.done(record, false);
        trials.sending(to("out"), 1, false);
        restart();

        assertThat(trials.rule("out", 1)).isEqualTo(Ruling.SEND_ALONE);
    }

    private void restart() {
        trials.end();
        trials = new Trials(known, clock);
    }

    private static SourceRecord to(String topic) {
        return new SourceRecord(Map.of(), Map.of(), topic, null, null);
    }
}
