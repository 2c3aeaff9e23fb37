/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.sink.Response.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RequestsTest {

    private final List<Consumer<Supplier<Response>>> unanswered = new ArrayList<>();
    private final Requests requests = new Requests(new Transport() {
        @Override
        public void send(Batch batch, Duration patience, Consumer<Supplier<Response>> answered) {
            unanswered.add(answered);
        }

        @Override
        public void check(Consumer<Supplier<Response>> answered) {
            unanswered.add(answered);
        }
    });

    @Test
    void countsWhatIsUnderWayUntilItsReplyIsTaken() {
        requests.send(batch(), 5, Duration.ofSeconds(1));
        requests.send(batch(), 6, Duration.ofSeconds(1));
        requests.check(7);
        assertThat(requests.poll()).isNull();

        unanswered.forEach(answered -> answered.accept(() -> Results.OF_CHECK));

        assertThat(requests.inFlight()).isEqualTo(2);
        assertThat(requests.isChecking()).isTrue();
        assertThat(Objects.requireNonNull(requests.poll()).sentMs()).isEqualTo(5);
        assertThat(requests.inFlight()).isEqualTo(1);
        assertThat(Objects.requireNonNull(requests.poll()).ordinal()).isEqualTo(2);
        assertThat(requests.inFlight()).isZero();
        assertThat(Objects.requireNonNull(requests.poll()).isToACheck()).isTrue();
        assertThat(requests.isChecking()).isFalse();
        assertThat(requests.sent()).as("batches, without the check").isEqualTo(2);
    }

    @Test
    void waitsForAReplyNoLongerThanItIsTold() throws InterruptedException {
        requests.check(0);
        assertThat(requests.poll(1)).isNull();
        assertThat(requests.isChecking()).isTrue();
    }

    private static Batch batch() {
        Batch batch = new Batch();
        batch.add(new Offsets().track(TestRecord.read(0), 0), TestRecord.to("a"));
        return batch;
    }
}
