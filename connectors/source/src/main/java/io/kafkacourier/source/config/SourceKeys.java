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

/** The keys that several source connectors have, in the order in which they are shown. */
public final class SourceKeys {

    private SourceKeys() {}

    /**
     * Defines which topics are read.
     *
     * @param unless names a key that makes up for one of these, as the end of a sentence; empty for none
     */
    public static void inputs(ConfigDefinition group, String unless) {
        group.key(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        new NonEmptyString(),
                        HIGH,
                        "The brokers of the worker's own cluster, as host:port,host:port. Keys with the prefix consumer. and"
                                + " admin. override the settings of the clients that read messages and look at topics;"
                                + " security.*, sasl.* and ssl.* without a prefix serve both. What the admin client may not"
                                + " write to, the connector takes for a target that is not allowed.")
                .key(
                        TOPICS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        null,
                        HIGH,
                        "The topics to read, by name. This or topics.regex is required" + unless + ". A topic that"
                                + " does not exist yet is read once it does. A partition that was never read is read from"
                                + " its beginning.")
                .key(
                        TOPICS_REGEX,
                        ConfigDef.Type.STRING,
                        "",
                        new TopicPattern(),
                        HIGH,
                        "A regular expression (RE2) that matches the whole names of the topics to read. Internal topics and"
                                + " those this configuration names as outputs are never read. Empty, the default: only topics"
                                + " counts.");
    }

    /** Defines which internal topics a message may name as its target. */
    public static void internalTargets(ConfigDefinition group) {
        group.key(
                TOPICS_ALLOW_INTERNAL,
                ConfigDef.Type.LIST,
                List.of(),
                new TopicNameList(),
                LOW,
                "The only topics with a name that starts with '_', or ends with -configs, -offsets or -status, that a message"
                        + " may name as its target: literal names, whatever target.topics.allow says. Kafka,"
                        + " Connect and other tools keep their own state in such topics, and who can write there can change"
                        + " it. A message that names another is refused as TARGET_NOT_ALLOWED. Empty, the default: none.");
    }

    /** Defines how new inputs and missing messages are dealt with. */
    public static void watching(ConfigDefinition group) {
        group.key(
                        TOPICS_REFRESH_INTERVAL,
                        ConfigDef.Type.STRING,
                        "1m",
                        DurationRange.atLeast(Duration.ofSeconds(1)),
                        LOW,
                        "How often to look for new topics and partitions, and at the settings of all, a duration of at least 1s."
                                + " What is found is dealt to the tasks, which restarts them. A topic whose settings would lose"
                                + " messages is left out.")
                .key(
                        ON_MISSING,
                        ConfigDef.Type.STRING,
                        "fail",
                        ValidString.in("fail", "skip"),
                        MEDIUM,
                        "What to do where messages of an input or a tier are missing: deleted before they were delivered, by"
                                + " retention, by somebody else or with their topic, or gone with the end of a log that was"
                                + " truncated, even if it has grown again. fail stops the task and says which; skip goes on behind"
                                + " them, or in a topic that was created anew from its beginning, and counts them.");
    }

    /** Defines what is made of the record timestamp. */
    public static void timestamp(ConfigDefinition group) {
        group.key(
                TIMESTAMP,
                ConfigDef.Type.STRING,
                "due",
                ValidString.in("due", "original"),
                LOW,
                "The record timestamp of a delayed message when it is delivered: due is the time it was due, original"
                        + " the one it had, which retention of the target may take for old. A message that was not"
                        + " delayed keeps its own. One that the target would reject is moved to the nearest it takes.");
    }

    /**
     * Defines how messages wait.
     *
     * @param longest the key that says how long they wait at most
     */
    public static void waiting(ConfigDefinition group, String longest) {
        group.key(
                        HORIZON,
                        ConfigDef.Type.STRING,
                        "16s",
                        DurationRange.atLeast(Duration.ofSeconds(1)),
                        MEDIUM,
                        "The longest wait that is spent in memory, a duration of at least 1s; longer ones are spent in tier"
                                + " topics. After a restart a task reads again what it had held, so that a longer horizon means"
                                + " a longer restart and more memory, a shorter one more stays in tiers.")
                .key(
                        BUFFER_MAX_BYTES,
                        ConfigDef.Type.LONG,
                        64L * 1024 * 1024,
                        atLeast(1),
                        MEDIUM,
                        "How much a task keeps in memory, in bytes, before it pauses reading: messages that are held, fetched"
                                + " or about to be handed out, each with some hundred bytes for itself and for each header."
                                + " Nothing is lost beyond it, but messages not yet read may be late. The records of one poll"
                                + " and what the consumer has fetched and not decompressed come on top.")
                .key(
                        BATCH_MAX_BYTES,
                        ConfigDef.Type.LONG,
                        8L * 1024 * 1024,
                        atLeast(1),
                        MEDIUM,
                        "How many bytes of keys, values and headers a task hands to Connect at once: a batch, which is one"
                                + " transaction with exactly-once support, ends with the message that reaches it. A task begins"
                                + " with " + BatchLimit.LEAST / 1024
                                + " KiB or this, whichever is less; quadruples it, up to this,"
                                + " where a batch took less than a second to be committed; and halves it again, down to where"
                                + " it began, where one took more than 5 seconds. Larger batches are faster where many large messages are overdue; one that takes"
                                + " longer than producer.override.transaction.timeout.ms fails the task.")
                .key(
                        TIERS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        null,
                        MEDIUM,
                        "How long messages stay in each of the tier topics, as a list of durations in whole seconds, each longer"
                                + " than horizon: name the delays that are used, such as 5m,30m, and each takes one stay. The"
                                + " default ladder is always there beneath the longest. Empty, the default: the default ladder"
                                + " up to " + longest
                                + ", which doubles from the horizon up to 8192 seconds and goes in steps of"
                                + " four below and above. Tiers that are no longer listed are emptied.")
                .key(
                        TIERS_PREFIX,
                        ConfigDef.Type.STRING,
                        "",
                        null,
                        LOW,
                        "What the names of the tier topics begin with; seconds and the letter s follow. No two connectors may"
                                + " share it, and where it changes, what waits in the topics of the old one stays there. Empty,"
                                + " the default: the connector's name and .delay., so that it changes with the name.")
                .key(
                        TIERS_PARTITIONS,
                        ConfigDef.Type.STRING,
                        "",
                        new PartitionCount(),
                        LOW,
                        "How many partitions a tier topic is created with, at least 1. Empty, the default: as many as the tiers"
                                + " there are already, or else as the largest input.")
                .key(
                        TIERS_REPLICATION_FACTOR,
                        ConfigDef.Type.SHORT,
                        (short) -1,
                        new ReplicationFactor(),
                        LOW,
                        "The replication factor a tier topic is created with, at least 1; -1, the default, is the broker's"
                                + " default. Keys with the prefix tiers.config. are other settings that a tier topic is"
                                + " created with, such as tiers.config.segment.bytes=52428800 (16777216 by default); an"
                                + " empty value leaves the setting to the broker. cleanup.policy, retention.ms,"
                                + " retention.bytes and message.timestamp.* can be left to the broker, but not be set to"
                                + " anything else, as messages would be lost. Tiers that exist are not changed.");
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
                "The largest record, in bytes, that the worker's producer sends: state here what the worker sets as"
                        + " producer.max.request.size where the connector may not set producer.override.max.request.size,"
                        + " as with connector.client.config.override.policy=None. It changes nothing in the producer."
                        + " A larger message is refused as TOO_LARGE. State no more than the producer sends, nor than its"
                        + " buffer.memory: the task would fail at the first larger message, and again after each restart."
                        + " Empty, the default: producer.override.max.request.size, or else 1048576, the producer's"
                        + " default.");
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
                "Classes that make security providers of the JVM (SecurityProviderCreator), separated by commas, for both"
                        + " clients. Empty, the default: none.");
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
     * Defines the topic of trace events and what they reveal.
     *
     * @param events which events there are, as part of a sentence
     */
    public static void trace(ConfigDefinition group, String events) {
        group.key(
                        TRACE_TOPIC,
                        ConfigDef.Type.STRING,
                        "",
                        null,
                        LOW,
                        "The topic for trace events: " + events + ", each in the"
                                + " transaction of its message. A message without trace headers gets a trace of its own in"
                                + " them. Created with the broker's defaults if it does not exist. Empty, the default: no"
                                + " events.")
                .key(
                        TRACE_ID_HEADER,
                        ConfigDef.Type.STRING,
                        TraceHeaderOptions.TRACE_ID_HEADER_DEFAULT,
                        TraceHeaderOptions.traceIdHeaders(),
                        LOW,
                        TraceHeaderOptions.TRACE_ID_HEADER_DOC + " Only counts with trace.topic.")
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
