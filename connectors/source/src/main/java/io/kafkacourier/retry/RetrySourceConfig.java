/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.StoryHeaders;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.TopicConfig;

/** The configuration of {@link RetrySourceConnector}, after {@link RetrySourceChecks} found no mistake in it. */
final class RetrySourceConfig {

    /** The name of the connector, from which the control topic of a redrive gets its name. */
    static final String NAME = "name";

    static final String MODE = "mode";
    static final String RETRY_TOPIC = RetryTarget.KEY;
    static final String DEAD_LETTER_TOPIC = "dead.letter.topic";
    static final String MAX_ATTEMPTS = "max.attempts";
    static final String BACKOFF_INITIAL = "backoff.initial";
    static final String BACKOFF_MULTIPLIER = "backoff.multiplier";
    static final String BACKOFF_MAX = "backoff.max";
    static final String BACKOFF_JITTER = "backoff.jitter";
    static final String RETRIABLE_ERRORS = "retriable.errors";
    static final String NON_RETRIABLE_ERRORS = "non.retriable.errors";
    static final String EXPIRE_AFTER = "expire.after";
    static final String STACKTRACE_MAX_BYTES = "error.stacktrace.max.bytes";
    static final String MESSAGE_MAX_BYTES = "error.message.max.bytes";
    static final String REDRIVE_WHEN = RedrivePlan.WHEN;
    static final String REDRIVE_RATE = "redrive.rate";
    static final String REDRIVE_DRY_RUN = "redrive.dry.run";
    static final String REDRIVE_MAX = "redrive.max";
    static final String REDRIVE_ATTEMPTS_MAX = "redrive.attempts.max";

    static final String MODE_RETRY = "retry";
    static final String MODE_REDRIVE = "redrive";

    private static final int MOST_ATTEMPTS = 10_000;
    private static final int MOST_COUNTED_ATTEMPTS = 20;
    private static final int MOST_STACKTRACE_BYTES = 1_048_576;
    private static final int MOST_MESSAGE_BYTES = 65_536;
    private static final int MOST_RATE = 1_000_000;

    private static final List<String> DEFAULT_NON_RETRIABLE = List.of(
            "org.apache.kafka.connect.errors.DataException",
            "org.apache.kafka.connect.errors.SchemaBuilderException",
            "org.apache.kafka.connect.errors.SchemaProjectorException",
            "org.apache.kafka.common.errors.SerializationException",
            "org.apache.kafka.common.errors.RecordTooLargeException",
            "org.apache.kafka.common.errors.InvalidTopicException",
            "java.lang.ClassCastException",
            "java.lang.NullPointerException",
            "java.lang.IllegalArgumentException",
            "java.lang.NumberFormatException",
            "org.springframework.kafka.support.serializer.DeserializationException",
            "org.springframework.messaging.converter.MessageConversionException",
            "org.springframework.messaging.handler.invocation.MethodArgumentResolutionException");

    private static final Map<String, String> RETENTION = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            Long.toString(Duration.ofDays(30).toMillis()));

    private static final Map<String, String> STAMPED_BY_BROKER = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime");

    /** The settings of created topics that need no retention of their own. */
    static final Map<String, String> DELETED =
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);

    private static final String INPUTS_GROUP = "Inputs";
    private static final String TARGETS_GROUP = "Targets";
    private static final String ATTEMPTS_GROUP = "Attempts";
    private static final String ERRORS_GROUP = "Errors";
    private static final String REDRIVE_GROUP = "Redrive";
    private static final String WAITING_GROUP = "Waiting";
    private static final String TRACE_GROUP = "Trace";
    private static final String SECURITY_GROUP = "Security";

    static final ConfigDef DEFINITION = new ConfigDefinition()
            .group(INPUTS_GROUP)
            .key(
                    MODE,
                    ConfigDef.Type.STRING,
                    MODE_RETRY,
                    ValidString.in(MODE_RETRY, MODE_REDRIVE),
                    HIGH,
                    "retry: topics hold records that failed, which are tried again or become dead letters. redrive: topics"
                            + " hold dead letters, which are sent to retry.topic once more, up to where the topics end when it"
                            + " begins; then the connector is idle.")
            .keys(group -> SourceKeys.inputs(group, ""))
            .keys(SourceKeys::watching)
            .group(TARGETS_GROUP)
            .key(
                    RETRY_TOPIC,
                    ConfigDef.Type.STRING,
                    NO_DEFAULT_VALUE,
                    new NonEmptyString(),
                    HIGH,
                    "The topic that a message goes to when its next attempt is due. ${origin} stands for the topic"
                            + " that the message was first in; a message whose first topic is unknown goes to the"
                            + " dead letter topic as NO_ORIGIN. The topic is created if it is missing, with as many"
                            + " partitions as the largest input.")
            .key(
                    SourceConfig.TARGET_TOPICS_ALLOW,
                    ConfigDef.Type.STRING,
                    "",
                    new TopicPattern(),
                    HIGH,
                    "A regular expression (RE2) that matches the whole names of the topics that retry.topic may lead to."
                            + " Required if it holds ${origin}, because whoever writes the message then names the topic."
                            + " .* allows all but those that topics.allow.internal describes.")
            .keys(SourceKeys::internalTargets)
            .keys(SourceKeys::largestRecord)
            .key(
                    DEAD_LETTER_TOPIC,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    HIGH,
                    "The topic for messages that are not tried again, with the reason in the header"
                            + " __courier.retry.reason. Required unless mode is redrive. Created where it is missing, with"
                            + " as many partitions as the largest input and a retention of 30 days; must not be compacted.")
            .keys(SourceKeys::timestamp)
            .group(ATTEMPTS_GROUP)
            .key(
                    MAX_ATTEMPTS,
                    ConfigDef.Type.INT,
                    5,
                    between(0, MOST_ATTEMPTS),
                    HIGH,
                    "How often a message is tried again after its first delivery, from 0 to 10,000. A message that"
                            + " fails after its last attempt goes to the dead letter topic as EXHAUSTED. In mode"
                            + " redrive: how many further attempts each message gets, regardless of max.attempts of"
                            + " the retry connector.")
            .key(
                    BACKOFF_INITIAL,
                    ConfigDef.Type.STRING,
                    "1s",
                    DurationRange.atLeast(Duration.ofMillis(1)),
                    HIGH,
                    "The wait before the first retry, a duration of at least 1ms, counted from the failure.")
            .key(
                    BACKOFF_MULTIPLIER,
                    ConfigDef.Type.DOUBLE,
                    2.0,
                    atLeast(1),
                    MEDIUM,
                    "How many times longer each wait is than the one before, at least 1.")
            .key(
                    BACKOFF_MAX,
                    ConfigDef.Type.STRING,
                    "1h",
                    DurationRange.atLeast(Duration.ofMillis(1)),
                    HIGH,
                    "The longest wait, a duration not below backoff.initial.")
            .key(
                    BACKOFF_JITTER,
                    ConfigDef.Type.DOUBLE,
                    0.2,
                    between(0, 1),
                    MEDIUM,
                    "By which part of itself each wait may be shortened at random, from 0 (not at all) to 1"
                            + " (completely), so that messages that failed together do not come back together. The"
                            + " random part depends on the message, and is the same after a restart.")
            .key(
                    EXPIRE_AFTER,
                    ConfigDef.Type.STRING,
                    "",
                    DurationRange.emptyOrAtLeast(Duration.ofMillis(1)),
                    MEDIUM,
                    "How long after its first failure a message expires, a duration of at least 1ms: it is not tried"
                            + " again and goes to the dead letter topic as EXPIRED. Empty, the default: never.")
            .group(ERRORS_GROUP)
            .key(
                    RETRIABLE_ERRORS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    HIGH,
                    "Full class names of errors, or of their root causes, that are always tried again, even if"
                            + " non.retriable.errors lists them or if a converter failed. Empty, the default: all"
                            + " errors are tried again except those in non.retriable.errors and failures of"
                            + " converters.")
            .key(
                    NON_RETRIABLE_ERRORS,
                    ConfigDef.Type.LIST,
                    DEFAULT_NON_RETRIABLE,
                    null,
                    HIGH,
                    "Full class names of errors, or of their root causes, that another attempt does not fix. Such a"
                            + " message goes to the dead letter topic at once as NON_RETRIABLE. Only names are"
                            + " compared, so subclasses must be listed too.")
            .key(
                    STACKTRACE_MAX_BYTES,
                    ConfigDef.Type.INT,
                    4_096,
                    between(0, MOST_STACKTRACE_BYTES),
                    LOW,
                    "The length at which the stack trace in the headers is cut, in bytes from 0 to 1 MiB.")
            .key(
                    MESSAGE_MAX_BYTES,
                    ConfigDef.Type.INT,
                    1_024,
                    between(0, MOST_MESSAGE_BYTES),
                    LOW,
                    "The length at which error messages in the headers are cut, in bytes from 0 to 64 KiB.")
            .group(REDRIVE_GROUP)
            .key(
                    REDRIVE_WHEN,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    MEDIUM,
                    "Which dead letters are redriven: a condition of the rule language, such as"
                            + " header.__courier.retry.reason == 'EXHAUSTED' and timestamp > 1769860800000. The"
                            + " others stay where they are. If the condition reads the body, a dead letter whose"
                            + " body is not JSON stays too. Empty, the default: all. If it changes, the redrive"
                            + " begins anew.")
            .key(
                    REDRIVE_RATE,
                    ConfigDef.Type.INT,
                    500,
                    between(0, MOST_RATE),
                    MEDIUM,
                    "How many dead letters are redriven per second at most, from 1 to 1,000,000; 0 means no limit.")
            .key(
                    REDRIVE_DRY_RUN,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    null,
                    MEDIUM,
                    "true: nothing is redriven; the end record and the metrics show how many dead letters would be."
                            + " false, the default: dead letters are redriven.")
            .key(
                    REDRIVE_MAX,
                    ConfigDef.Type.INT,
                    3,
                    between(1, MOST_ATTEMPTS),
                    MEDIUM,
                    "How often a message may be redriven, from 1 to 10,000. A message that was redriven that often"
                            + " stays where it is and is counted as LOOP.")
            .key(
                    REDRIVE_ATTEMPTS_MAX,
                    ConfigDef.Type.INT,
                    100,
                    between(0, MOST_ATTEMPTS),
                    LOW,
                    "How many further attempts a redrive may give a message, from 0 to 10,000. In mode retry, a"
                            + " higher number in the header __courier.retry.max of a redriven message is ignored, so"
                            + " that a forged header cannot keep a message going. In mode redrive, max.attempts must"
                            + " not be above this value.")
            .group(WAITING_GROUP)
            .keys(group -> SourceKeys.waiting(group, BACKOFF_MAX))
            .group(TRACE_GROUP)
            .keys(
                    group -> SourceKeys.trace(
                            group,
                            "schedule when a message is held, retry when it is tried again, dead_letter when it goes to the dead letter topic"))
            .group(SECURITY_GROUP)
            .keys(SourceKeys::security)
            .toConfigDef();

    private final SourceConfig config;

    RetrySourceConfig(SourceConfig config) {
        this.config = config;
    }

    /**
     * Reads the behaviour of a connector in mode retry.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a key has a value that its validator does not accept
     */
    static Behaviour read(Map<String, String> properties) {
        return new RetrySourceConfig(new SourceConfig(SourceKind.RETRY, DEFINITION, properties)).behaviour();
    }

    private Behaviour behaviour() {
        RetrySettings settings = settings();
        RetryOutputs outputs = new RetryOutputs(target(), new RetryRules(settings), story(), settings.failures());
        long longestMs = config.duration(BACKOFF_MAX).toMillis();
        return new Behaviour(
                config,
                topics(),
                new WaitSettings(
                        BACKOFF_MAX,
                        longestMs,
                        config.ladder(longestMs),
                        Map.of(),
                        Math.min(config.getInt(MAX_ATTEMPTS), MOST_COUNTED_ATTEMPTS)),
                topic -> new RetryPolicy(settings, outputs).policies(),
                (record, refusal) -> new WaitingRetry(record, refusal, outputs),
                InvalidBehavior.ROUTE,
                Behaviour.Timestamps.OF_BROKER,
                Integer.MAX_VALUE);
    }

    private SourceTopics topics() {
        Map<String, String> outputs = config.outputs(RETRY_TOPIC, DEAD_LETTER_TOPIC, SourceConfig.TRACE_TOPIC);
        if (target().needsOrigin()) {
            outputs.remove(RETRY_TOPIC);
        }
        Map<String, NewTopic> own = ownTopics();
        List<NewTopic> errorTopics = inputs().keySet().stream()
                .sorted()
                .map(input -> config.withSettings(input, STAMPED_BY_BROKER))
                .toList();
        List<NewTopic> created = new ArrayList<>();
        outputs.values().forEach(output -> created.add(Objects.requireNonNull(own.get(output))));
        return new SourceTopics(
                inputs(),
                RETRY_TOPIC,
                DEAD_LETTER_TOPIC,
                outputs,
                Set.of(),
                new OwnTopics(own, errorTopics, created, OwnTopics.Partitions.AS_LARGEST_INPUT));
    }

    /** The topics that are read by name, each with its key. */
    Map<String, String> inputs() {
        Map<String, String> inputs = new HashMap<>();
        config.getList(SourceConfig.TOPICS).forEach(topic -> inputs.put(topic, SourceConfig.TOPICS));
        return inputs;
    }

    /** The definitions of the topics that the connector creates in either mode if they are missing. */
    Map<String, NewTopic> ownTopics() {
        Map<String, NewTopic> own = new LinkedHashMap<>();
        String retryTopic = config.getString(RETRY_TOPIC);
        NewTopic configured = config.created(retryTopic);
        own.put(
                retryTopic,
                configured == null ? SourceConfig.withDefaults(retryTopic).configs(DELETED) : configured);
        config.outputs(SourceConfig.TRACE_TOPIC)
                .values()
                .forEach(topic -> own.put(topic, SourceConfig.withDefaults(topic)));
        Map<String, String> settings = new HashMap<>(config.takingAll());
        settings.putAll(RETENTION);
        config.outputs(DEAD_LETTER_TOPIC)
                .values()
                .forEach(topic -> own.put(topic, config.withSettings(topic, settings)));
        return own;
    }

    /** The topic in which messages are tried again. */
    RetryTarget target() {
        return new RetryTarget(config.getString(RETRY_TOPIC));
    }

    /** Writes the failure history of messages. */
    StoryHeaders story() {
        return new StoryHeaders(
                config.connectorName(), config.getInt(STACKTRACE_MAX_BYTES), config.getInt(MESSAGE_MAX_BYTES));
    }

    /** The settings that decide whether and when a message is tried again. */
    RetrySettings settings() {
        String expireAfter = config.getString(EXPIRE_AFTER);
        return new RetrySettings(
                config.horizonMs(),
                config.getInt(MAX_ATTEMPTS),
                new Backoff(
                        config.duration(BACKOFF_INITIAL).toMillis(),
                        config.getDouble(BACKOFF_MULTIPLIER),
                        config.duration(BACKOFF_MAX).toMillis(),
                        config.getDouble(BACKOFF_JITTER)),
                Set.copyOf(config.getList(RETRIABLE_ERRORS)),
                Set.copyOf(config.getList(NON_RETRIABLE_ERRORS)),
                expireAfter.isEmpty() ? null : Durations.parseMillis(expireAfter),
                config.getInt(REDRIVE_ATTEMPTS_MAX),
                target());
    }
}
