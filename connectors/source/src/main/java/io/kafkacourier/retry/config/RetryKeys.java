/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.DurationRange;
import io.kafkacourier.kafka.config.TopicPattern;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceKeys;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The keys of the retry connector, in both of its modes, with their defaults and descriptions. */
public final class RetryKeys {

    /** The name of the connector, from which the control topic of a redrive gets its name. */
    public static final String NAME = "name";

    public static final String MODE = "mode";
    public static final String RETRY_TOPIC = RetryTarget.KEY;
    public static final String DEAD_LETTER_TOPIC = "dead.letter.topic";
    public static final String MAX_ATTEMPTS = "max.attempts";
    public static final String BACKOFF_INITIAL = "backoff.initial";
    public static final String BACKOFF_MULTIPLIER = "backoff.multiplier";
    public static final String BACKOFF_MAX = "backoff.max";
    public static final String BACKOFF_JITTER = "backoff.jitter";
    public static final String RETRIABLE_ERRORS = "retriable.errors";
    public static final String NON_RETRIABLE_ERRORS = "non.retriable.errors";
    public static final String EXPIRE_AFTER = "expire.after";
    public static final String STACKTRACE_MAX_BYTES = "error.stacktrace.max.bytes";
    public static final String MESSAGE_MAX_BYTES = "error.message.max.bytes";
    public static final String REDRIVE_WHEN = "redrive.when";
    public static final String REDRIVE_RATE = "redrive.rate";
    public static final String REDRIVE_DRY_RUN = "redrive.dry.run";
    public static final String REDRIVE_MAX = "redrive.max";
    public static final String REDRIVE_ATTEMPTS_MAX = "redrive.attempts.max";

    public static final String MODE_RETRY = "retry";
    public static final String MODE_REDRIVE = "redrive";

    private static final int MOST_ATTEMPTS = 10_000;
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

    private static final String INPUTS_GROUP = "Inputs";
    private static final String TARGETS_GROUP = "Targets";
    private static final String ATTEMPTS_GROUP = "Attempts";
    private static final String ERRORS_GROUP = "Errors";
    private static final String REDRIVE_GROUP = "Redrive";
    private static final String WAITING_GROUP = "Waiting";
    private static final String TRACE_GROUP = "Trace";
    private static final String SECURITY_GROUP = "Security";

    public static final ConfigDef DEFINITION = new ConfigDefinition()
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

    private RetryKeys() {}
}
