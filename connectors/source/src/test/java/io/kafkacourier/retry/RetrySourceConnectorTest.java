/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.source.config.Behaviour;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetrySourceConnectorTest {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    private final RetrySourceConnector connector = new RetrySourceConnector(properties -> {
        throw new KafkaException("there is no cluster");
    });
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "retry",
            "connector.class", "io.kafkacourier.retry.RetrySourceConnector",
            "bootstrap.servers", "localhost:9092",
            "topics", "sink.errors",
            "retry.topic", "sink.retry",
            "dead.letter.topic", "sink.dlq",
            "key.converter", BYTES,
            "value.converter", BYTES,
            "header.converter", BYTES));

    @Test
    void acceptsWhatIsNeededAndNoMore() {
        assertThat(errors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mode,                        drive,           'must be one of: retry, redrive'
            topics,                      '',              must name a topic
            retry.topic,                 '',              non-empty
            retry.topic,                 sink.errors,     must not be one of the topics that are read
            retry.topic,                 __x,             must not be an internal topic
            dead.letter.topic,           '',              must be set unless mode is redrive
            dead.letter.topic,           sink.errors,     must not be one of the topics that are read
            dead.letter.topic,           sink.retry,      must differ from retry.topic
            trace.topic,                 sink.errors,     must not be one of the topics that are read
            max.attempts,                -1,              Value must be at least 0
            backoff.initial,             0,               at least 1ms
            backoff.multiplier,          0.5,             Value must be at least 1
            backoff.multiplier,          NaN,             must be a finite number
            backoff.max,                 500ms,           must not be below backoff.initial (1s)
            backoff.jitter,              1.5,             Value must be no more than 1
            backoff.jitter,              NaN,             must be a finite number
            expire.after,                soon,            is not a duration
            error.stacktrace.max.bytes,  -1,              Value must be at least 0
            error.message.max.bytes,     65537,           Value must be no more than 65536
            redrive.rate,                -1,              Value must be at least 0
            redrive.attempts.max,        -1,              Value must be at least 0
            redrive.max,                 0,               Value must be at least 1
            errors.tolerance,            all,             must be none
            key.converter,               x,               must be org.apache.kafka.connect.converters.ByteArrayConverter
            """)
    void refusesInvalidConfigurations(String key, String value, String why) {
        properties.put(key, value);

        assertThat(errors())
                .hasEntrySatisfying(
                        key,
                        messages -> assertThat(messages)
                                .anySatisfy(message -> assertThat(message).contains(why)));
    }

    @Test
    void wantsToKnowWhichTopicsARecordMayGoBackTo() {
        properties.put("retry.topic", "${origin}.retry");

        assertThat(errors()).containsOnlyKeys("target.topics.allow");
        properties.put("target.topics.allow", "orders.*");
        assertThat(errors()).isEmpty();
    }

    @Test
    void needsNoDeadLetterTopicToRedriveAndReadsItsCondition() {
        properties.put("mode", "redrive");
        properties.remove("dead.letter.topic");
        assertThat(errors()).isEmpty();

        properties.put("redrive.when", "header.tenant = 'acme'");
        assertThat(errors()).containsOnlyKeys("redrive.when");
    }

    @Test
    void grantsNoMoreInARedriveThanARetryConnectorBelieves() {
        properties.put("mode", "redrive");
        properties.put("max.attempts", "101");
        assertThat(errors())
                .hasEntrySatisfying(
                        "max.attempts",
                        messages -> assertThat(messages)
                                .singleElement()
                                .asString()
                                .contains("must not be above redrive.attempts.max (100) in mode redrive"));

        properties.put("redrive.attempts.max", "101");
        assertThat(errors()).isEmpty();
        properties.put("mode", "retry");
        properties.put("redrive.attempts.max", "0");
        assertThat(errors()).isEmpty();
    }

    @Test
    void writesToItsControlTopicSoThatThatIsCheckedBeforeItStarts() {
        properties.put("mode", "redrive");

        assertThat(RetrySourceConnector.type(properties)
                        .read()
                        .apply(properties)
                        .topics()
                        .outputs())
                .isEqualTo(Map.of("name", "retry.redrive", "retry.topic", "sink.retry"));

        properties.put("retry.topic", "${origin}");
        properties.put("target.topics.allow", "orders");
        assertThat(RetrySourceConnector.type(properties)
                        .read()
                        .apply(properties)
                        .topics()
                        .outputs())
                .isEqualTo(Map.of("name", "retry.redrive"));
    }

    @Test
    void createsErrorTopicsWithTheSettingsOfTheirGroup() {
        properties.putAll(Map.of(
                "topic.creation.default.partitions", "-1",
                "topic.creation.default.replication.factor", "-1",
                "topic.creation.groups", "errors",
                "topic.creation.errors.include", "sink\\.(errors|dlq)",
                "topic.creation.errors.partitions", "12",
                "topic.creation.errors.errors.deadletterqueue.group.enable", "true"));
        Map<String, NewTopic> topics = new LinkedHashMap<>();
        RetrySourceConnector.type(properties)
                .read()
                .apply(properties)
                .topics()
                .own()
                .atStart(OptionalInt.of(6))
                .forEach(topic -> topics.put(topic.name(), topic));

        assertThat(topic(topics, "sink.errors").configs())
                .isEqualTo(Map.of(
                        "message.timestamp.type", "LogAppendTime",
                        "cleanup.policy", "delete",
                        "errors.deadletterqueue.group.enable", "true"));
        assertThat(topic(topics, "sink.errors").numPartitions()).isEqualTo(12);
        assertThat(topic(topics, "sink.dlq").configs()).containsEntry("retention.ms", "2592000000");
        assertThat(topic(topics, "sink.dlq").numPartitions()).isEqualTo(12);
        assertThat(topic(topics, "sink.retry").numPartitions()).isEqualTo(6);
    }

    @Test
    void mayReadTheTopicThatItWritesToInItsOtherMode() {
        properties.put("mode", "redrive");
        properties.put("topics", "sink.dlq");

        assertThat(errors()).isEmpty();
    }

    @Test
    void doesNotStartWithAConfigurationThatItRefuses() {
        properties.put("retry.topic", "sink.errors");

        assertThatExceptionOfType(org.apache.kafka.common.config.ConfigException.class)
                .isThrownBy(() -> connector.start(properties))
                .withMessageContaining("must not be one of the topics that are read");
    }

    @Test
    void makesItsTopicsAsLargeAsTheInputsAndHasTheBrokerStampErrors() {
        Map<String, NewTopic> topics = new LinkedHashMap<>();
        RetrySourceConnector.type(properties)
                .read()
                .apply(properties)
                .topics()
                .own()
                .atStart(OptionalInt.of(6))
                .forEach(topic -> topics.put(topic.name(), topic));

        assertThat(topics).containsOnlyKeys("sink.errors", "sink.retry", "sink.dlq");
        assertThat(topic(topics, "sink.errors").configs())
                .containsEntry("message.timestamp.type", "LogAppendTime")
                .containsEntry("cleanup.policy", "delete");
        assertThat(topic(topics, "sink.errors").numPartitions()).isEqualTo(-1);
        assertThat(topic(topics, "sink.retry").numPartitions()).isEqualTo(6);
        assertThat(topic(topics, "sink.dlq").numPartitions()).isEqualTo(6);
        assertThat(topic(topics, "sink.dlq").configs())
                .containsEntry("retention.ms", "2592000000")
                .containsEntry("cleanup.policy", "delete");
    }

    @Test
    void makesNothingWaitAndOneTaskDoAllWhileItRedrives() {
        properties.put("mode", "redrive");
        Behaviour config = RetrySourceConnector.type(properties).read().apply(properties);

        assertThat(config.mostTasks()).isEqualTo(1);
        assertThat(config.waiting().ladder().tiers()).isEmpty();
        assertThat(config.topics().own().atStart(OptionalInt.of(6)))
                .extracting(NewTopic::name)
                .containsExactly("retry.redrive", "sink.retry");
    }

    @Test
    void readsItsSettingsBackFromTheProgressTheyTravelWith() {
        properties.put("expire.after", "7d");
        properties.put("retriable.errors", "a.B,c.D");
        String settings = RetrySourceConnector.type(properties)
                .read()
                .apply(properties)
                .policies("sink.errors")
                .current()
                .settings();

        assertThat(RetrySettings.parse(settings).text()).isEqualTo(settings);
        assertThat(RetrySourceConnector.type(properties)
                        .read()
                        .apply(properties)
                        .policies("sink.errors")
                        .under(settings)
                        .settings())
                .isEqualTo(settings);
    }

    @Test
    void judgesUnderEarlierSettingsAsItDidThen() {
        String earlier = RetrySourceConnector.type(properties)
                .read()
                .apply(properties)
                .policies("sink.errors")
                .current()
                .settings();
        properties.put("max.attempts", "0");
        var policies =
                RetrySourceConnector.type(properties).read().apply(properties).policies("sink.errors");

        assertThat(policies.current().judge(FailedRecord.at(1).record()).isRefused())
                .isTrue();
        assertThat(policies.under(earlier).judge(FailedRecord.at(1).record()).isRefused())
                .isFalse();
    }

    @Test
    void readsSettingsThatAnEarlierVersionStored() {
        String settings = RetrySettings.parse(
                        "horizon=16000&attempts=5&initial=1000&multiplier=2.0&max=3600000&jitter=0.2"
                                + "&retriable=&fatal=a.B&origin=true")
                .text();

        assertThat(settings).endsWith("&grant=100&to=%24%7Borigin%7D");
    }

    @ParameterizedTest
    @ValueSource(strings = {"horizon=1", "horizon=1&attempts=x"})
    void refusesOffsetsWithSettingsItCannotRead(String settings) {
        Map<String, ?> errors = Map.of("topic", "sink.errors", "partition", 0);

        assertThat(connector.alterOffsets(properties, Map.of(errors, Map.of("next", 5))))
                .isTrue();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() ->
                        connector.alterOffsets(properties, Map.of(errors, Map.of("next", 5, "settings", settings))));
    }

    @Test
    void letsTheProgressOfARedriveBeDeletedAndNotAltered() {
        properties.put("mode", "redrive");
        Map<String, Object> partition = Map.of("redrive", "retry");

        assertThat(connector.alterOffsets(properties, Collections.singletonMap(partition, null)))
                .isTrue();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> connector.alterOffsets(properties, Map.of(partition, Map.of("done", true))));
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(SourceConnector.class))
                .anySatisfy(found -> assertThat(found).isInstanceOf(RetrySourceConnector.class));
        assertThat(connector.taskClass()).isEqualTo(RetrySourceTask.class);
    }

    private static NewTopic topic(Map<String, NewTopic> topics, String name) {
        return Objects.requireNonNull(topics.get(name));
    }

    /** The errors by key that can be found without the cluster. */
    private Map<String, List<String>> errors() {
        Map<String, List<String>> errors = new LinkedHashMap<>();
        RetrySourceConnector.type(properties).check().apply(properties).toConfig().configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
