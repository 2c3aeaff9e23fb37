/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeldByAttemptTest {

    private final HeldByAttempt held = new HeldByAttempt();

    @Test
    void countsRetriesAndNotFirstDeliveries() {
        Waiting first = new Waiting(0);
        Waiting second = new Waiting(2);
        held.added(first);
        held.added(second);
        held.added(new Waiting(2));
        assertThat(held.counts()).isEqualTo(Map.of(2, 2));

        held.removed(first);
        held.removed(second);

        assertThat(held.counts()).isEqualTo(Map.of(2, 1));
    }

    @Test
    void hasAMessageDropWhatItCanReadAgain() {
        Waiting message = new Waiting(1);

        held.added(message);

        assertThat(message.isCompact).isTrue();
    }

    private static final class Waiting implements Outgoing {

        private final int attempt;
        private boolean isCompact;

        Waiting(int attempt) {
            this.attempt = attempt;
        }

        @Override
        public ConsumerRecord<byte[], byte[]> record() {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable Refusal refusal() {
            return null;
        }

        @Override
        public @Nullable Target target() {
            return null;
        }

        @Override
        public @Nullable Refusal refusalWhenDue(long nowMs) {
            return null;
        }

        @Override
        public void compact() {
            isCompact = true;
        }

        @Override
        public int attempt() {
            return attempt;
        }

        @Override
        public Draft held(long dueMs) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Draft delivered(long dueMs) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Draft refused(Refusal reason) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int mostAddedBytes() {
            return 0;
        }
    }
}
