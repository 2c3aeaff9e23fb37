/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static io.kafkacourier.core.rule.RouterConfig.DEFAULT_CACHE_SIZE;
import static io.kafkacourier.core.rule.RouterConfig.DEFAULT_ERROR_TOPIC;
import static io.kafkacourier.core.rule.RouterConfig.DEFAULT_NO_MATCH;
import static io.kafkacourier.core.rule.RouterConfig.DEFAULT_ON_ERROR;
import static io.kafkacourier.core.rule.RouterConfig.DEFAULT_TEXT;
import static io.kafkacourier.core.rule.RouterConfig.ERROR_BEHAVIOR;
import static io.kafkacourier.core.rule.RouterConfig.ERROR_TOPIC;
import static io.kafkacourier.core.rule.RouterConfig.MAX_CACHE_SIZE;
import static io.kafkacourier.core.rule.RouterConfig.MIN_CACHE_SIZE;
import static io.kafkacourier.core.rule.RouterConfig.MIN_PARTITION_COUNT;
import static io.kafkacourier.core.rule.RouterConfig.NO_MATCH_BEHAVIOR;
import static io.kafkacourier.core.rule.RouterConfig.NO_MATCH_TOPIC;
import static io.kafkacourier.core.rule.RouterConfig.PARTITION_BY;
import static io.kafkacourier.core.rule.RouterConfig.PARTITION_COUNT;
import static io.kafkacourier.core.rule.RouterConfig.RULES;
import static io.kafkacourier.core.rule.RouterConfig.TOPICS_ALLOW;
import static io.kafkacourier.core.rule.RouterConfig.TOPICS_ALLOW_INTERNAL;
import static io.kafkacourier.core.rule.RouterConfig.TOPICS_CACHE_SIZE;

import io.kafkacourier.core.config.ConfigErrors;
import io.kafkacourier.core.config.GivenValues;
import io.kafkacourier.core.rule.RouterConfig;
import io.kafkacourier.core.rule.RouterConfig.NoMatch;
import io.kafkacourier.core.rule.RouterConfig.OnError;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.TopicName;
import io.kafkacourier.kafka.config.TopicNameList;
import io.kafkacourier.kafka.config.TopicPattern;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of {@link ContentRouter}.
 *
 * @param routing rules, and what happens to records that match none or cannot be routed
 * @param headerFormat the type in which the headers of a failure are written
 */
record ContentRouterConfig(RouterConfig routing, HeaderFormat headerFormat) {

    static final String HEADER_FORMAT = "header.format";

    private static final HeaderFormat DEFAULT_HEADER_FORMAT = HeaderFormat.AUTO;

    private static final String RULES_GROUP = "Rules";
    private static final String OTHERS_GROUP = "Records without a rule";
    private static final String TOPICS_GROUP = "Topics and partitions";

    /** Every key except {@code rules.<name>.*}, whose names the user chooses. */
    static final ConfigDef DEFINITION = new ConfigDefinition()
            .group(RULES_GROUP)
            .key(
                    RULES,
                    ConfigDef.Type.LIST,
                    List.of(),
                    null,
                    Importance.HIGH,
                    "The names of the rules, in the order in which they are tried; the first that matches decides. Each"
                            + " has a condition in rules.<name>.when and a topic, or a template of one, in"
                            + " rules.<name>.to. Can be empty only if no.match.behavior is not passthrough.",
                    Width.LONG,
                    "Rules")
            .group(OTHERS_GROUP)
            .key(
                    NO_MATCH_BEHAVIOR,
                    ConfigDef.Type.STRING,
                    GivenValues.written(DEFAULT_NO_MATCH),
                    oneOf(NoMatch.values()),
                    Importance.HIGH,
                    "What happens to a record that matches no rule: passthrough leaves it as it is, route sends it to"
                            + " no.match.topic, drop drops it, fail raises a DataException.",
                    Width.SHORT,
                    "Without match")
            .key(
                    NO_MATCH_TOPIC,
                    ConfigDef.Type.STRING,
                    DEFAULT_TEXT,
                    TopicName.emptyAllowed(),
                    Importance.MEDIUM,
                    "The topic for records that match no rule. Required if no.match.behavior is route. It must exist,"
                            + " or topic.creation.* must create it, as for error.topic.",
                    Width.MEDIUM,
                    "Topic without match")
            .key(
                    ERROR_BEHAVIOR,
                    ConfigDef.Type.STRING,
                    GivenValues.written(DEFAULT_ON_ERROR),
                    oneOf(OnError.values()),
                    Importance.HIGH,
                    "What happens to a record that cannot be routed, because a template uses a field that the record"
                            + " does not have, a body is not JSON, or a topic is illegal, internal or not allowed:"
                            + " route sends it to error.topic with the headers __courier.route.reason, .rule and"
                            + " .topic, fail raises a DataException, passthrough leaves it as it is, drop drops it."
                            + " auto is route in a source connector, and fail in a sink connector, so that the record"
                            + " goes to the dead letter queue of the sink.",
                    Width.SHORT,
                    "On error")
            .key(
                    ERROR_TOPIC,
                    ConfigDef.Type.STRING,
                    DEFAULT_ERROR_TOPIC,
                    TopicName.required(),
                    Importance.MEDIUM,
                    "The topic for records that cannot be routed. It must exist, or topic.creation.* of the source"
                            + " connector must create it: Connect's producer waits forever for a missing topic, and the"
                            + " task stays RUNNING, unless producer.override.max.block.ms is set. The same applies to"
                            + " every topic that a rule names.",
                    Width.MEDIUM,
                    "Topic on error")
            .key(
                    HEADER_FORMAT,
                    ConfigDef.Type.STRING,
                    GivenValues.written(DEFAULT_HEADER_FORMAT),
                    oneOf(HeaderFormat.values()),
                    Importance.LOW,
                    "The type of the headers __courier.route.* of a record that goes to error.topic. string is right"
                            + " for every header converter except ByteArrayConverter, which needs bytes. auto is bytes"
                            + " if all headers of the record are bytes, or if the record has no headers and a connector"
                            + " copied it as bytes from a Kafka topic (DelaySourceConnector, RetrySourceConnector,"
                            + " MirrorMaker); otherwise string. Set bytes if header.converter is ByteArrayConverter and"
                            + " another connector makes records without headers: with string, the task fails. Set"
                            + " string if header.converter is another converter and the connector itself makes headers"
                            + " of bytes: with bytes, the reason arrives as base64.",
                    Width.SHORT,
                    "Header format")
            .group(TOPICS_GROUP)
            .key(
                    TOPICS_ALLOW,
                    ConfigDef.Type.STRING,
                    DEFAULT_TEXT,
                    new TopicPattern(),
                    Importance.HIGH,
                    "A regular expression (RE2) that must match the whole name of every topic that a rule leads to."
                            + " Required if a rule takes its topic from the record, because anyone who can write the"
                            + " record then chooses the topic. .* allows every topic except those that"
                            + " topics.allow.internal describes.",
                    Width.LONG,
                    "Allowed topics")
            .key(
                    TOPICS_ALLOW_INTERNAL,
                    ConfigDef.Type.LIST,
                    List.of(),
                    new TopicNameList(),
                    Importance.LOW,
                    "The names of the internal topics that a record may choose through ${...}, even if topics.allow"
                            + " does not match them. A topic is internal if its name starts with '_' or ends with"
                            + " -configs, -offsets or -status. Kafka, Connect and other tools keep their state in such"
                            + " topics, and a record written there can change it. A record that chooses another"
                            + " internal topic is handled by error.behavior, with the reason TOPIC_NOT_ALLOWED. Empty,"
                            + " the default: none.",
                    Width.LONG,
                    "Allowed internal topics")
            .key(
                    PARTITION_BY,
                    ConfigDef.Type.STRING,
                    DEFAULT_TEXT,
                    null,
                    Importance.MEDIUM,
                    "The field that decides the partition of routed records, such as header.tenant_id or"
                            + " value.order.id: the record gets the partition that Kafka's default partitioner chooses"
                            + " for a record with this text as its key. If a record does not have the field, the"
                            + " producer chooses. Empty: records keep their partition.",
                    Width.MEDIUM,
                    "Partition by")
            .key(
                    PARTITION_COUNT,
                    ConfigDef.Type.INT,
                    null,
                    ConfigDef.LambdaValidator.with(
                            ContentRouterConfig::checkPartitionCount,
                            () -> "empty, or at least " + MIN_PARTITION_COUNT),
                    Importance.MEDIUM,
                    "The number of partitions of the topics that rules lead to, at least 1. Required with partition.by,"
                            + " because the transform cannot look it up. If a topic has fewer partitions, the task of a"
                            + " source stays RUNNING and its producer waits forever, unless"
                            + " producer.override.max.block.ms is set. If a topic has more, some are never used.",
                    Width.SHORT,
                    "Partitions")
            .key(
                    TOPICS_CACHE_SIZE,
                    ConfigDef.Type.INT,
                    DEFAULT_CACHE_SIZE,
                    Range.between(MIN_CACHE_SIZE, MAX_CACHE_SIZE),
                    Importance.LOW,
                    "How many topics that were taken from records are kept as already checked, from 0 to 1,000,000. If"
                            + " records name more topics than this, a topic that was dropped is checked again.",
                    Width.SHORT,
                    "Remembered topics")
            .toConfigDef();

    /**
     * Reads a configuration.
     *
     * @throws ConfigException with key, value and what is allowed, for every mistake
     */
    static ContentRouterConfig read(Map<String, ?> properties) {
        ConfigErrors errors = new ConfigErrors();
        HeaderFormat format = new GivenValues(properties, errors)
                .choice(HEADER_FORMAT, DEFAULT_HEADER_FORMAT, List.of(HeaderFormat.values()));
        RouterConfig routing = errors.collect(() -> new RouterConfig(properties));
        errors.throwIfAny(ConfigException::new);
        return new ContentRouterConfig(Objects.requireNonNull(routing), format);
    }

    private static void checkPartitionCount(String key, @Nullable Object count) {
        if (count != null) {
            Range.atLeast(MIN_PARTITION_COUNT).ensureValid(key, count);
        }
    }

    private static ValidString oneOf(Enum<?>[] values) {
        return ValidString.in(Stream.of(values).map(GivenValues::written).toArray(String[]::new));
    }
}
