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

/** The configuration of {@link RetrySourceConnector}, once {@link RetrySourceChecks} find nothing wrong with it. */
final class RetrySourceConfig {

    /** Names the connector, and with it the topic of a redrive's progress. */
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

    /** What topics without a retention of their own are created with. */
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
                    "The topic that a message goes to when its next attempt is due. ${origin} in it stands for the topic the"
                            + " message first was in, and a message of which that is not known is a dead letter,"
                            + " NO_ORIGIN. Created where it is missing, with as many partitions as the largest input.")
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
                    "How often a message is tried again after its first delivery, from 0 to 10,000. One that fails after that"
                            + " is EXHAUSTED. In mode redrive, how many further attempts each message is granted, whatever"
                            + " max.attempts of the retry connector is.")
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
                    "Which part of each wait chance may take away, from 0 (none) to 1 (all), so that messages that failed"
                            + " together do not come back together. It follows from the message, and is the same after a"
                            + " restart.")
            .key(
                    EXPIRE_AFTER,
                    ConfigDef.Type.STRING,
                    "",
                    DurationRange.emptyOrAtLeast(Duration.ofMillis(1)),
                    MEDIUM,
                    "How long after its first failure a message is not tried again and is EXPIRED, a duration of at least"
                            + " 1ms. Empty, the default: never.")
            .group(ERRORS_GROUP)
            .key(
                    RETRIABLE_ERRORS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    HIGH,
                    "Full names of classes of errors, or of their root causes, that are tried again whatever else is said of"
                            + " them: non.retriable.errors, and that failures of converters are not. Empty, the default:"
                            + " those that nothing speaks against.")
            .key(
                    NON_RETRIABLE_ERRORS,
                    ConfigDef.Type.LIST,
                    DEFAULT_NON_RETRIABLE,
                    null,
                    HIGH,
                    "Full names of classes of errors, or of their root causes, that another attempt does not fix: such a"
                            + " message is a dead letter at once, NON_RETRIABLE. Names are compared, not classes, so that"
                            + " a subclass has to be named too.")
            .key(
                    STACKTRACE_MAX_BYTES,
                    ConfigDef.Type.INT,
                    4_096,
                    between(0, MOST_STACKTRACE_BYTES),
                    LOW,
                    "Where the stack trace in the headers is cut, in bytes from 0 to 1 MiB.")
            .key(
                    MESSAGE_MAX_BYTES,
                    ConfigDef.Type.INT,
                    1_024,
                    between(0, MOST_MESSAGE_BYTES),
                    LOW,
                    "Where error messages in the headers are cut, in bytes from 0 to 64 KiB.")
            .group(REDRIVE_GROUP)
            .key(
                    REDRIVE_WHEN,
                    ConfigDef.Type.STRING,
                    "",
                    null,
                    MEDIUM,
                    "Which dead letters are redriven: a condition of the rule language, such as"
                            + " header.__courier.retry.reason == 'EXHAUSTED' and timestamp > 1769860800000. The others"
                            + " stay where they are, as does one whose body it reads and that is not JSON. Empty, the"
                            + " default: all. Where it is changed, the redrive begins anew.")
            .key(
                    REDRIVE_RATE,
                    ConfigDef.Type.INT,
                    500,
                    between(0, MOST_RATE),
                    MEDIUM,
                    "How many dead letters are redriven each second, from 1 to 1,000,000; 0: as many as can be.")
            .key(
                    REDRIVE_DRY_RUN,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    null,
                    MEDIUM,
                    "true: nothing is redriven, and the end record and the metrics say how much would be.")
            .key(
                    REDRIVE_MAX,
                    ConfigDef.Type.INT,
                    3,
                    between(1, MOST_ATTEMPTS),
                    MEDIUM,
                    "How often a message may be redriven, from 1 to 10,000. One that was redriven as often stays where it"
                            + " is and is counted as LOOP.")
            .key(
                    REDRIVE_ATTEMPTS_MAX,
                    ConfigDef.Type.INT,
                    100,
                    between(0, MOST_ATTEMPTS),
                    LOW,
                    "How many further attempts a redrive may grant a message, from 0 to 10,000. In mode retry, what the header"
                            + " __courier.retry.max of a redriven message says beyond that does not count, so that a"
                            + " header that somebody made up does not keep a message going. In mode redrive, max.attempts"
                            + " must not be above it.")
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
     * What a connector with this configuration does in mode retry.
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

    /** The topics that are the connector's own in either mode, as they are created if they are missing. */
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

    /** Where messages are tried again. */
    RetryTarget target() {
        return new RetryTarget(config.getString(RETRY_TOPIC));
    }

    /** Writes the failure history of messages. */
    StoryHeaders story() {
        return new StoryHeaders(
                config.connectorName(), config.getInt(STACKTRACE_MAX_BYTES), config.getInt(MESSAGE_MAX_BYTES));
    }

    /** What decides whether and when a message is tried again. */
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
