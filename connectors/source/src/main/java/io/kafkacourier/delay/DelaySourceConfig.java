/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.time.Durations;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.DurationRange;
import io.kafkacourier.kafka.config.TopicPattern;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.OwnTopics;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceKeys;
import io.kafkacourier.source.config.SourceKind;
import io.kafkacourier.source.config.SourceTopics;
import io.kafkacourier.source.config.WaitSettings;
import io.kafkacourier.source.message.InvalidBehavior;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The configuration of {@link DelaySourceConnector}, after {@link DelaySourceChecks} found no mistake in it. */
final class DelaySourceConfig {

    static final String TOPIC_DELAYS = "topic.delays";
    static final String DELIVER_AT_HEADER = "deliver.at.header";
    static final String DELAY_HEADER = "delay.header";
    static final String DELAY_MAX = "delay.max";
    static final String TARGET_TOPIC_HEADER = "target.topic.header";
    static final String TARGET_TOPIC = "target.topic";
    static final String INVALID_BEHAVIOR = "invalid.behavior";
    static final String INVALID_TOPIC = "invalid.topic";

    private static final String INPUTS_GROUP = "Inputs";
    private static final String TIMES_GROUP = "Due times";
    private static final String TARGETS_GROUP = "Targets";
    private static final String INVALID_GROUP = "Refused messages";
    private static final String WAITING_GROUP = "Waiting";
    private static final String TRACE_GROUP = "Trace";
    private static final String SECURITY_GROUP = "Security";

    static final ConfigDef DEFINITION = new ConfigDefinition()
            .group(INPUTS_GROUP)
            .keys(group -> SourceKeys.inputs(group, ", unless topic.delays names some"))
            .key(
                    TOPIC_DELAYS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    MEDIUM,
                    "Topics with a fixed delay, as orders_later=90s,delay_30m; they are read too. A message in such a topic"
                            + " without a delay header is due that long after its timestamp, and waits in the topic, so"
                            + " that the order of a partition is kept through anything; one with a delay header goes by"
                            + " that, once those before it have left. A topic named delay_<n>s, delay_<n>m or delay_<n>h"
                            + " may be listed without a duration, which is then the one of its name. Each is at most"
                            + " delay.max, and shorter than the topic's retention. Empty, the default: none.")
            .keys(SourceKeys::watching)
            .group(TIMES_GROUP)
            .key(
                    DELIVER_AT_HEADER,
                    ConfigDef.Type.STRING,
                    HeaderNames.DELIVER_AT,
                    new NonEmptyString(),
                    MEDIUM,
                    "The name of the header with the due time of a message: epoch milliseconds, or RFC 3339. It"
                            + " takes precedence over the header in delay.header, and needs no record timestamp. A"
                            + " time in the past means at once.")
            .key(
                    DELAY_HEADER,
                    ConfigDef.Type.STRING,
                    HeaderNames.DELAY,
                    new NonEmptyString(),
                    MEDIUM,
                    "The name of the header with the delay of a message, counted from its timestamp: "
                            + Durations.ALLOWED + "."
                            + " A message with neither header is due at once, unless its topic has a fixed delay.")
            .key(
                    DELAY_MAX,
                    ConfigDef.Type.STRING,
                    "30d",
                    DurationRange.atLeast(Duration.ZERO),
                    MEDIUM,
                    "The longest delay that is allowed, a duration: of the header of delay.header and of topic.delays counted"
                            + " from a message's timestamp, of the header of deliver.at.header from when the message is first"
                            + " read, unless it is due within horizon of its timestamp. A message with a longer one is refused"
                            + " as DELAY_TOO_LONG.")
            .keys(SourceKeys::timestamp)
            .group(TARGETS_GROUP)
            .key(
                    TARGET_TOPIC_HEADER,
                    ConfigDef.Type.STRING,
                    HeaderNames.TARGET_TOPIC,
                    null,
                    MEDIUM,
                    "The name of the header with the topic that a due message goes to. Empty: every message goes to"
                            + " target.topic.")
            .key(
                    TARGET_TOPIC,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    HIGH,
                    "The topic that due messages without the header in target.topic.header go to. Empty, the"
                            + " default: such messages are refused as NO_TARGET. The connector itself creates"
                            + " missing targets with the settings in topic.creation.*; without"
                            + " topic.creation.default.* messages to missing targets are refused as TARGET_MISSING.")
            .key(
                    SourceConfig.TARGET_TOPICS_ALLOW,
                    ConfigDef.Type.STRING,
                    "",
                    new TopicPattern(),
                    HIGH,
                    "A regular expression (RE2) that matches the whole names of the topics a message may name as its target;"
                            + " .* allows all but those that topics.allow.internal describes. A message that names another is"
                            + " refused as TARGET_NOT_ALLOWED, as is one that names an input. Required unless"
                            + " target.topic.header is empty.")
            .keys(SourceKeys::internalTargets)
            .keys(SourceKeys::largestRecord)
            .group(INVALID_GROUP)
            .key(
                    INVALID_BEHAVIOR,
                    ConfigDef.Type.STRING,
                    "route",
                    ValidString.in("route", "fail", "deliver"),
                    MEDIUM,
                    "What to do with a message that cannot be delivered to its target at its due time. route: send"
                            + " it to invalid.topic with the reason in the header __courier.route.reason. fail: stop"
                            + " the task. deliver: deliver it at once if only its time is wrong, otherwise act like"
                            + " route.")
            .key(
                    INVALID_TOPIC,
                    ConfigDef.Type.STRING,
                    "invalid_delay",
                    new NonEmptyString(),
                    MEDIUM,
                    "The topic for refused messages. It must not be compacted. If it does not exist, it is created"
                            + " with the broker's defaults and with max.message.bytes large enough for every record"
                            + " that the producer sends.")
            .group(WAITING_GROUP)
            .keys(group -> SourceKeys.waiting(group, DELAY_MAX))
            .group(TRACE_GROUP)
            .keys(group -> SourceKeys.trace(group, "schedule when a message is held, deliver when it is delivered"))
            .group(SECURITY_GROUP)
            .keys(SourceKeys::security)
            .toConfigDef();

    private final SourceConfig config;
    /** The fixed delays in milliseconds, by topic. */
    private final Map<String, Long> fixedDelays = new LinkedHashMap<>();

    private DelaySourceConfig(SourceConfig config) {
        this.config = config;
        for (String item : config.getList(TOPIC_DELAYS)) {
            FixedDelay fixed = FixedDelay.parse(item);
            fixedDelays.put(fixed.topic(), fixed.delayMs());
        }
    }

    /**
     * Reads the behaviour of a delay connector.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a key has a value that its validator does not accept
     */
    static Behaviour read(Map<String, String> properties) {
        return new DelaySourceConfig(new SourceConfig(SourceKind.DELAY, DEFINITION, properties)).behaviour();
    }

    private Behaviour behaviour() {
        DelayedMessage.Options options = new DelayedMessage.Options(
                config.getString(TARGET_TOPIC_HEADER),
                config.getString(TARGET_TOPIC),
                Set.of(config.getString(DELIVER_AT_HEADER), config.getString(DELAY_HEADER)));
        long longestMs = config.duration(DELAY_MAX).toMillis();
        return new Behaviour(
                config,
                topics(),
                new WaitSettings(DELAY_MAX, longestMs, config.ladder(longestMs), fixedDelays, 0),
                topic -> new DelayPolicy(settings(topic, longestMs), options).policies(),
                (record, refusal) -> new DelayedMessage(record, refusal, options),
                InvalidBehavior.valueOf(config.getString(INVALID_BEHAVIOR).toUpperCase(Locale.ROOT)),
                Behaviour.Timestamps.ANY,
                Integer.MAX_VALUE);
    }

    private SourceTopics topics() {
        Map<String, String> inputs = new HashMap<>();
        config.getList(SourceConfig.TOPICS).forEach(topic -> inputs.put(topic, SourceConfig.TOPICS));
        fixedDelays.keySet().forEach(topic -> inputs.put(topic, TOPIC_DELAYS));
        Map<String, NewTopic> own = new LinkedHashMap<>();
        config.outputs(INVALID_TOPIC)
                .values()
                .forEach(
                        topic -> own.put(topic, SourceConfig.withDefaults(topic).configs(config.takingAll())));
        config.outputs(SourceConfig.TRACE_TOPIC)
                .values()
                .forEach(topic -> own.putIfAbsent(topic, SourceConfig.withDefaults(topic)));
        return new SourceTopics(
                inputs,
                TARGET_TOPIC,
                INVALID_TOPIC,
                config.outputs(TARGET_TOPIC, INVALID_TOPIC, SourceConfig.TRACE_TOPIC),
                Set.of(),
                new OwnTopics(own, List.of(), List.copyOf(own.values()), OwnTopics.Partitions.BY_BROKER));
    }

    private DelaySettings settings(String topic, long longestMs) {
        return new DelaySettings(
                config.horizonMs(),
                longestMs,
                config.getString(DELIVER_AT_HEADER),
                config.getString(DELAY_HEADER),
                fixedDelays.get(topic));
    }
}
