/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CreationRefusalsTest {

    private final MutableClock clock = new MutableClock(1_000_000);
    private final CreationRefusals refusals = new CreationRefusals(clock);

    @ParameterizedTest
    @MethodSource
    void waitsForAWhileForATemporaryRefusal(ApiException refusal) {
        assertThat(refusals.isFinal("out", refusal)).isFalse();
        clock.advance(CreationRefusals.BELIEVED.toMillis() - 1);
        assertThat(refusals.isFinal("out", refusal)).isFalse();
        assertThat(refusals.isFinal("other", refusal)).isFalse();
        clock.advance(1);

        assertThat(refusals.isFinal("out", refusal)).isTrue();
        assertThat(refusals.isFinal("other", refusal)).isFalse();
        refusals.forget("out");
        assertThat(refusals.isFinal("out", refusal)).isFalse();
    }

    static Stream<ApiException> waitsForAWhileForATemporaryRefusal() {
        return Stream.of(
                new InvalidReplicationFactorException("All brokers are currently fenced."),
                new InvalidReplicationFactorException("Replication factor: 3 larger than available brokers: 2."),
                new UnknownServerException());
    }

    @ParameterizedTest
    @MethodSource
    void believesARefusalOfTheTopicItselfAtOnce(ApiException refusal) {
        assertThat(CreationRefusals.isRefusal(refusal)).isTrue();
        assertThat(refusals.isFinal("out", refusal)).isTrue();
    }

    static Stream<ApiException> believesARefusalOfTheTopicItselfAtOnce() {
        return Stream.of(
                new PolicyViolationException("no"),
                new InvalidReplicationFactorException(
                        "The target replication factor of 3 cannot be reached because only 1"
                                + " broker(s) are registered."),
                new InvalidConfigurationException("no"),
                new TopicAuthorizationException("out"));
    }

    @Test
    void doesNotTreatAMissingAnswerAsARefusal() {
        assertThat(CreationRefusals.isRefusal(new TimeoutException())).isFalse();
        assertThat(CreationRefusals.isRefusal(new IllegalStateException())).isFalse();
    }
}
