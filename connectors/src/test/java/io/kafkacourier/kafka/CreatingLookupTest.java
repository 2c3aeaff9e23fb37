/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.Test;

class CreatingLookupTest {

    private static final TargetTopic PRESENT = TargetTopic.Present.WITH_DEFAULTS;
    private static final TargetTopic ABSENT = new TargetTopic.Absent();
    private static final NewTopic NEW = new NewTopic("out", Optional.empty(), Optional.empty());

    private final List<NewTopic> created = new ArrayList<>();
    private CompletableFuture<TargetTopic> found = CompletableFuture.completedFuture(ABSENT);
    private final CreatingLookup lookup =
            new CreatingLookup(topic -> found, topic -> topic.equals("out") ? NEW : null, topic -> {
                created.add(topic);
                return CompletableFuture.completedFuture(PRESENT);
            });

    @Test
    void createsWhatIsMissing() {
        assertThat(lookup.look("out")).isCompletedWithValue(PRESENT);
        assertThat(created).containsExactly(NEW);
    }

    @Test
    void leavesMissingWhatIsNotToBeCreated() {
        assertThat(lookup.look("other")).isCompletedWithValue(ABSENT);
        assertThat(created).isEmpty();
    }

    @Test
    void createsNothingThatIsThereOrNotToBeSeen() {
        found = CompletableFuture.completedFuture(PRESENT);
        assertThat(lookup.look("out")).isCompletedWithValue(PRESENT);
        found = CompletableFuture.completedFuture(new TargetTopic.Denied());
        assertThat(lookup.look("out")).isCompletedWithValue(new TargetTopic.Denied());
        found = CompletableFuture.failedFuture(new DisconnectException());
        assertThat(lookup.look("out")).isCompletedExceptionally();

        assertThat(created).isEmpty();
    }
}
