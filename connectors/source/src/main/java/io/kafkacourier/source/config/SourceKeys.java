/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static io.kafkacourier.source.config.SourceConfig.BATCH_MAX_BYTES;
import static io.kafkacourier.source.config.SourceConfig.BOOTSTRAP_SERVERS;
import static io.kafkacourier.source.config.SourceConfig.BUFFER_MAX_BYTES;
import static io.kafkacourier.source.config.SourceConfig.ERROR_MESSAGE;
import static io.kafkacourier.source.config.SourceConfig.HORIZON;
import static io.kafkacourier.source.config.SourceConfig.KEY;
import static io.kafkacourier.source.config.SourceConfig.KEY_SECRET;
import static io.kafkacourier.source.config.SourceConfig.MAX_REQUEST_SIZE;
import static io.kafkacourier.source.config.SourceConfig.ON_MISSING;
import static io.kafkacourier.source.config.SourceConfig.TIERS;
import static io.kafkacourier.source.config.SourceConfig.TIERS_PARTITIONS;
import static io.kafkacourier.source.config.SourceConfig.TIERS_PREFIX;
import static io.kafkacourier.source.config.SourceConfig.TIERS_REPLICATION_FACTOR;
import static io.kafkacourier.source.config.SourceConfig.TIMESTAMP;
import static io.kafkacourier.source.config.SourceConfig.TOPICS;
import static io.kafkacourier.source.config.SourceConfig.TOPICS_ALLOW_INTERNAL;
import static io.kafkacourier.source.config.SourceConfig.TOPICS_REFRESH_INTERVAL;
import static io.kafkacourier.source.config.SourceConfig.TOPICS_REGEX;
import static io.kafkacourier.source.config.SourceConfig.TRACE_ID_HEADER;
import static io.kafkacourier.source.config.SourceConfig.TRACE_TOPIC;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;

import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.DurationRange;
import io.kafkacourier.kafka.config.EventPrivacyOptions;
import io.kafkacourier.kafka.config.TopicNameList;
import io.kafkacourier.kafka.config.TopicPattern;
import io.kafkacourier.kafka.config.TraceHeaderOptions;
import io.kafkacourier.source.intake.BatchLimit;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CaseInsensitiveValidString;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SecurityConfig;

/** Defines the keys of a source connector, common ones and its own, in the order in which they are shown. */
public final class SourceKeys {

    private SourceKeys() {}

    /**
     * Defines which topics are read.
     *
     * @param unless names a key that can replace these, as the end of a sentence; empty if there is none
     */
    public static void inputs(ConfigDefinition group, String unless) {
        group.key(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        new NonEmptyString(),
                        HIGH,
                        "The brokers of the worker's own cluster, as host:port,host:port. The consumer reads"
                                + " messages, and the admin client inspects and creates topics. Keys with the prefix"
                                + " consumer. or admin. override the settings of one client; security.*, sasl.* and"
                                + " ssl.* without a prefix apply to both. A target that the admin client may not"
                                + " write to counts as not allowed.")
                .key(
                        TOPICS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        null,
                        HIGH,
                        "The topics to read, by name. This or topics.regex is required" + unless + ". A topic that"
                                + " does not exist yet is read as soon as it exists. A partition that was never read"
                                + " is read from its beginning.")
                .key(
                        TOPICS_REGEX,
                        ConfigDef.Type.STRING,
                        "",
                        new TopicPattern(),
                        HIGH,
                        "A regular expression (RE2) that matches the whole names of the topics to read. Internal"
                                + " topics and the topics that this configuration names as outputs are never read."
                                + " Empty, the default: inputs are read by name only.");
    }

    /** Defines which internal topics a message may name as its target. */
    public static void internalTargets(ConfigDefinition group) {
        group.key(
                TOPICS_ALLOW_INTERNAL,
                ConfigDef.Type.LIST,
                List.of(),
                new TopicNameList(),
                LOW,
                "The internal topics that a message may name as its target regardless of target.topics.allow, as a"
                        + " list of literal names. A topic is internal if its name starts with '_' or ends with"
                        + " -configs, -offsets or -status. Kafka, Connect and other tools keep their state in such"
                        + " topics, and a message could change it. A message that names an internal topic that is"
                        + " not listed here is refused as TARGET_NOT_ALLOWED, even if target.topics.allow matches"
                        + " it. Empty, the default: none.");
    }

    /** Defines how new inputs and missing messages are dealt with. */
    public static void watching(ConfigDefinition group) {
        group.key(
                        TOPICS_REFRESH_INTERVAL,
                        ConfigDef.Type.STRING,
                        "1m",
                        DurationRange.atLeast(Duration.ofSeconds(1)),
                        LOW,
                        "How often to look for new topics and partitions and to check the settings of all topics, a"
                                + " duration of at least 1s. New partitions are assigned to the tasks, which"
                                + " restarts the tasks. A topic whose settings would lose messages is left out.")
                .key(
                        ON_MISSING,
                        ConfigDef.Type.STRING,
                        "fail",
                        ValidString.in("fail", "skip"),
                        MEDIUM,
                        "What to do if messages of an input or a tier are missing: they were deleted before they"
                                + " were delivered, by retention, by a user or together with their topic, or the end"
                                + " of the log was truncated, even if the log has grown again. fail stops the task"
                                + " with an error that names them; skip counts them and continues with the next"
                                + " message, or from the beginning if the topic was created anew.");
    }

    /** Defines what is made of the record timestamp. */
    public static void timestamp(ConfigDefinition group) {
        group.key(
                TIMESTAMP,
                ConfigDef.Type.STRING,
                "due",
                ValidString.in("due", "original"),
                LOW,
                "The record timestamp of a delayed message when it is delivered. due: its due time. original: the"
                        + " timestamp that it had; retention of the target may delete such a message early. A"
                        + " message that was not delayed keeps its timestamp. A timestamp that the target would"
                        + " reject is replaced by the nearest one that it accepts.");
    }

    /**
     * Defines how messages wait.
     *
     * @param longest the key that sets the longest wait
     */
    public static void waiting(ConfigDefinition group, String longest) {
        group.key(
                        HORIZON,
                        ConfigDef.Type.STRING,
                        "16s",
                        DurationRange.atLeast(Duration.ofSeconds(1)),
                        MEDIUM,
                        "The longest wait that a message spends in memory, a duration of at least 1s. Messages with"
                                + " longer waits go to tier topics. After a restart, a task reads the messages that"
                                + " it held again. A longer horizon therefore needs more memory and makes restarts"
                                + " longer; a shorter one sends messages through more tiers.")
                .key(
                        BUFFER_MAX_BYTES,
                        ConfigDef.Type.LONG,
                        64L * 1024 * 1024,
                        atLeast(1),
                        MEDIUM,
                        "How many bytes of messages a task keeps in memory before it pauses reading. Messages that"
                                + " are held, fetched or about to be handed to Connect count, with a few hundred"
                                + " bytes more for each message and each header. No message is lost when a task"
                                + " pauses, but messages that it has not read yet may be late. Records of one poll,"
                                + " and fetched data that is not decompressed yet, come on top.")
                .key(
                        BATCH_MAX_BYTES,
                        ConfigDef.Type.LONG,
                        8L * 1024 * 1024,
                        atLeast(1),
                        MEDIUM,
                        "How many bytes of keys, values and headers a task hands to Connect in one batch, at least"
                                + " 1. With exactly-once support, a batch is one transaction. A batch ends with the"
                                + " message that reaches the limit. The limit of a task begins at "
                                + BatchLimit.LEAST / 1024
                                + " KiB, or at this value if it is lower. It quadruples, up to this value, after a"
                                + " batch that was committed in less than a second. It halves, down to where it"
                                + " began, after a batch that took more than 5 seconds. Larger batches are faster if"
                                + " many large messages are overdue. A batch that takes longer than"
                                + " producer.override.transaction.timeout.ms fails the task.")
                .key(
                        TIERS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        null,
                        MEDIUM,
                        "How long messages stay in each tier topic, as a list of durations in whole seconds, each"
                                + " longer than horizon. List the delays that your messages use, such as 5m,30m, so"
                                + " that each of them needs one tier only. The tiers of the default ladder below the"
                                + " longest of them are always used too. Empty, the default: the default ladder up"
                                + " to " + longest
                                + ", which doubles from the horizon up to 8192 seconds and goes in steps of four"
                                + " below and above. Messages in tiers that are no longer listed are still"
                                + " delivered.")
                .key(
                        TIERS_PREFIX,
                        ConfigDef.Type.STRING,
                        "",
                        null,
                        LOW,
                        "The prefix of the names of the tier topics; the seconds and the letter s follow. Every"
                                + " connector needs a prefix of its own. If it changes, messages that wait in topics"
                                + " with the old prefix stay there. Empty, the default: the connector's name and"
                                + " .delay., so that it changes with the name.")
                .key(
                        TIERS_PARTITIONS,
                        ConfigDef.Type.STRING,
                        "",
                        new PartitionCount(),
                        LOW,
                        "How many partitions a tier topic is created with, at least 1. Empty, the default: as many"
                                + " as existing tiers have, or else as many as the largest input has.")
                .key(
                        TIERS_REPLICATION_FACTOR,
                        ConfigDef.Type.SHORT,
                        (short) -1,
                        new ReplicationFactor(),
                        LOW,
                        "The replication factor that a tier topic is created with, at least 1; -1, the default,"
                                + " means the broker's default. Keys with the prefix tiers.config. are further"
                                + " settings of new tier topics, such as tiers.config.segment.bytes=52428800"
                                + " (16777216 by default); an empty value leaves the setting to the broker."
                                + " cleanup.policy, retention.ms, retention.bytes and message.timestamp.* can be"
                                + " left to the broker, but not set to another value, because messages would be"
                                + " lost. Existing tiers are not changed.");
    }

    /** Defines the largest record that the worker's producer sends. */
    public static void largestRecord(ConfigDefinition group) {
        group.key(
                MAX_REQUEST_SIZE,
                ConfigDef.Type.INT,
                null,
                ConfigDef.LambdaValidator.with(
                        (name, value) -> {
                            if (value instanceof Integer size && size < 1) {
                                throw new ConfigException(name, value, "must be at least 1");
                            }
                        },
                        () -> "empty, or at least 1"),
                LOW,
                "The largest record that the worker's producer sends, in bytes. Set it to the worker's"
                        + " producer.max.request.size if the connector may not set"
                        + " producer.override.max.request.size, as with"
                        + " connector.client.config.override.policy=None. It does not change the producer. A larger"
                        + " message is refused as TOO_LARGE. It must not be above max.request.size or buffer.memory"
                        + " of the producer: the task would fail at the first larger message, and again after each"
                        + " restart. Empty, the default: producer.override.max.request.size, or else 1048576, the"
                        + " producer's default.");
    }

    /** Defines how the clients of the connector get at a secured cluster, by Kafka's own definitions. */
    public static void security(ConfigDefinition group) {
        group.key(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                ConfigDef.Type.STRING,
                CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL,
                CaseInsensitiveValidString.in("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
                MEDIUM,
                "How the connector's consumer and its admin client talk to the brokers. The connector inherits none of the"
                        + " worker's settings: where the worker sets security.protocol, sasl.* and ssl.*, repeat them here."
                        + " A key with the prefix consumer. or admin. wins for the one client.");
        group.key(
                SecurityConfig.SECURITY_PROVIDERS_CONFIG,
                ConfigDef.Type.STRING,
                null,
                null,
                LOW,
                "Classes that create security providers of the JVM (SecurityProviderCreator), separated by commas,"
                        + " for both clients. Empty, the default: none.");
        new ConfigDef()
                .withClientSaslSupport()
                .withClientSslSupport()
                .configKeys()
                .values()
                .forEach(key -> group.key(
                        key.name,
                        key.type,
                        key.defaultValue,
                        key.validator,
                        LOW,
                        key.documentation.endsWith(".") ? key.documentation : key.documentation + "."));
    }

    /**
     * Defines the topic of trace events and which data they contain.
     *
     * @param events the events, as part of a sentence
     */
    public static void trace(ConfigDefinition group, String events) {
        group.key(
                        TRACE_TOPIC,
                        ConfigDef.Type.STRING,
                        "",
                        null,
                        LOW,
                        "The topic for trace events: " + events + ". Each event is written in the transaction of its"
                                + " message. The events of a message without trace headers get a trace of their own."
                                + " The topic is created with the broker's defaults if it does not exist. Empty, the"
                                + " default: no events.")
                .key(
                        TRACE_ID_HEADER,
                        ConfigDef.Type.STRING,
                        TraceHeaderOptions.TRACE_ID_HEADER_DEFAULT,
                        TraceHeaderOptions.traceIdHeaders(),
                        LOW,
                        TraceHeaderOptions.TRACE_ID_HEADER_DOC + " Has no effect without trace.topic.")
                .key(
                        KEY,
                        ConfigDef.Type.STRING,
                        EventPrivacyOptions.KEY_DEFAULT,
                        EventPrivacyOptions.keys(),
                        LOW,
                        EventPrivacyOptions.KEY_DOC)
                .key(
                        KEY_SECRET,
                        ConfigDef.Type.PASSWORD,
                        EventPrivacyOptions.KEY_SECRET_DEFAULT,
                        null,
                        LOW,
                        EventPrivacyOptions.KEY_SECRET_DOC)
                .key(
                        ERROR_MESSAGE,
                        ConfigDef.Type.STRING,
                        EventPrivacyOptions.ERROR_MESSAGE_DEFAULT,
                        EventPrivacyOptions.errorMessages(),
                        LOW,
                        EventPrivacyOptions.ERROR_MESSAGE_DOC);
    }
}
