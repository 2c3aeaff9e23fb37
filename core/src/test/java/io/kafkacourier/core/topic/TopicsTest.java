/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

    @ParameterizedTest
    @ValueSource(strings = {"orders", "a", "A.b_c-9", "...", "__consumer_offsets"})
    void findsNothingWrongWithLegalNames(String name) {
        assertThat(TopicNames.problem(name)).isNull();
    }

    @Test
    void namesTheProblemOfIllegalNames() {
        assertThat(TopicNames.problem("")).isEqualTo("is empty");
        assertThat(TopicNames.problem(".")).isEqualTo("is . or ..");
        assertThat(TopicNames.problem("..")).isEqualTo("is . or ..");
        assertThat(TopicNames.problem("a".repeat(249))).isNull();
        assertThat(TopicNames.problem("a".repeat(250))).isEqualTo("is longer than 249 characters");
        assertThat(TopicNames.problem("a b")).contains("has a character other than");
        assertThat(TopicNames.problem("größe")).contains("has a character other than");
    }

    @ParameterizedTest
    @CsvSource({"acme.orders,true", "acme.orders.eu,false", "x.acme.orders,false"})
    void allowsOnlyWhatThePatternMatchesWhole(String topic, boolean allowed) {
        assertThat(AllowedTopics.matching(Pattern.compile("acme\\.[a-z]+")).allows(topic))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "__consumer_offsets",
                "__mine",
                "_schemas",
                "_",
                "_confluent-command",
                "connect-configs",
                "connect-offsets",
                "connect-status",
                "eu-connect-configs",
                "x-offsets",
                "orders-status",
                "-status"
            })
    void allowsNoReservedTopicUnlessItIsListedLiterally(String topic) {
        assertThat(AllowedTopics.any().allows(topic)).isFalse();
        assertThat(AllowedTopics.matching(".*").allows(topic)).isFalse();
        assertThat(AllowedTopics.matching(Pattern.quote(topic)).allows(topic)).isFalse();
        assertThat(AllowedTopics.any()
                        .withInternal(List.of(topic + "x", "x", ".*"))
                        .allows(topic))
                .isFalse();
        assertThat(AllowedTopics.any().withInternal(List.of("x", topic)).allows(topic))
                .isTrue();
        assertThat(AllowedTopics.matching(".*").withInternal(List.of(topic)).allows(topic))
                .isTrue();
        assertThat(AllowedTopics.matching("orders").withInternal(List.of(topic)).allows(topic))
                .isTrue();
        assertThat(AllowedTopics.matching("orders")
                        .withInternal(List.of("other"))
                        .allows("other"))
                .as("listing names that are not reserved allows nothing")
                .isFalse();
        assertThat(AllowedTopics.any().matches(topic)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "a_b",
                "orders_",
                "connect-config",
                "connect-configs-2",
                "configs",
                "status",
                "orders.status",
                "my_connect_configs",
                "Connect-Status-",
                "x-STATUS"
            })
    void allowsNamesThatOnlyResembleReservedOnes(String topic) {
        assertThat(AllowedTopics.any().allows(topic)).isTrue();
        assertThat(AllowedTopics.matching(".*").allows(topic)).isTrue();
    }
}
