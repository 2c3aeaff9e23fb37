/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static java.util.Map.entry;

import io.kafkacourier.kafka.config.CheckedConfig;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The checks of a source connector's configuration, apart from its own keys. */
public final class SourceRules {

    /** The prefix of keys for the consumer. */
    public static final String CONSUMER_PREFIX = "consumer.";

    /** The prefix of keys for the admin client. */
    public static final String ADMIN_PREFIX = "admin.";

    /** The prefix of keys for the producer, which Connect creates. */
    static final String PRODUCER_PREFIX = "producer.override.";

    /** Follows the name of a client in keys for the clients that Connect creates itself. */
    static final String CONNECT_OVERRIDE = "override.";

    /** The key of a separate topic for the offsets of a connector. */
    public static final String OFFSETS_TOPIC = "offsets.storage.topic";

    private static final String BYTE_ARRAY_CONVERTER = "org.apache.kafka.connect.converters.ByteArrayConverter";

    private static final List<String> CONVERTERS = List.of("key.converter", "value.converter", "header.converter");

    private static final Set<ConfigDef.Type> NUMBERS =
            EnumSet.of(ConfigDef.Type.SHORT, ConfigDef.Type.INT, ConfigDef.Type.LONG, ConfigDef.Type.DOUBLE);

    private static final String DESERIALIZER = ByteArrayDeserializer.class.getName();

    /** Settings without which messages could be lost, duplicated or early; they cannot be overridden. */
    private static final Map<String, String> CONSUMER_GUARANTEES = Map.ofEntries(
            entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"),
            entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"),
            entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
            entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false"),
            entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, DESERIALIZER),
            entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, DESERIALIZER));

    /**
     * The short wait of 50 ms keeps a partition that was paused from coming back late. Records are decompressed when they
     * are polled, so few records per poll bound the memory that they take; another poll costs little.
     */
    private static final Map<String, String> CONSUMER_DEFAULTS =
            Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50", ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "200");

    /** The least size of a response. It is kept as a whole until the records of all its partitions are polled. */
    private static final long MIN_FETCH_BYTES = 1024 * 1024;

    private SourceRules() {}

    /** Checks the keys of Connect and the overrides of our clients. */
    public static void check(CheckedConfig checked) {
        for (String converter : CONVERTERS) {
            if (!BYTE_ARRAY_CONVERTER.equals(checked.property(converter))) {
                checked.addError(
                        converter,
                        "must be " + BYTE_ARRAY_CONVERTER
                                + ", in the connector's own configuration: messages are passed on byte for byte");
            }
        }
        if ("all".equals(checked.property("errors.tolerance"))) {
            checked.addError(
                    "errors.tolerance",
                    "must be none: a source connector has no dead letter queue, so failed records would be lost");
        }
        String boundary = checked.property("transaction.boundary");
        if (boundary != null && !boundary.equalsIgnoreCase("poll")) {
            checked.addError("transaction.boundary", "must be poll: each batch is a transaction");
        }
        CONSUMER_GUARANTEES.forEach((key, value) -> checkOverride(checked, CONSUMER_PREFIX + key, value));
        if (checked.property(CONSUMER_PREFIX + ConsumerConfig.GROUP_ID_CONFIG) != null) {
            checked.addError(
                    CONSUMER_PREFIX + ConsumerConfig.GROUP_ID_CONFIG,
                    "must not be set: the connector assigns the partitions, and Connect stores their progress");
        }
        String servers = checked.text(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        checkOverride(checked, CONSUMER_PREFIX + CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        checkOverride(checked, ADMIN_PREFIX + CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        checkConnectOverrides(checked, CONSUMER_PREFIX, "reads its offsets");
        checkConnectOverrides(checked, ADMIN_PREFIX, "creates topics");
        checkNumbers(checked, PRODUCER_PREFIX, ProducerConfig.configDef());
        checkNumbers(checked, CONSUMER_PREFIX, ConsumerConfig.configDef());
        checkNumbers(checked, ADMIN_PREFIX, AdminClientConfig.configDef());
        checkMaxRequestSize(checked);
        CreationGroups.check(checked);
    }

    /**
     * Refuses a key that does not reach the connector's own client, unless that client has the key too: then the user knows
     * that there are two clients.
     */
    private static void checkConnectOverrides(CheckedConfig checked, String prefix, String connects) {
        String overrides = prefix + CONNECT_OVERRIDE;
        for (String key : List.copyOf(checked.properties().keySet())) {
            String setting = key.startsWith(overrides) ? key.substring(overrides.length()) : "";
            boolean isOurs = checked.property(prefix + setting) != null
                    || (ClientSecurity.isSecurity(setting) && checked.property(setting) != null);
            if (!setting.isEmpty() && !isOurs) {
                checked.addErrorWithoutValue(
                        key,
                        "must not be set alone: it reaches only the client with which Connect " + connects + ". The"
                                + " connector's own client takes " + prefix + setting
                                + (ClientSecurity.isSecurity(setting)
                                        ? "; or " + setting + ", which serves both of its clients"
                                        : ""));
            }
        }
    }

    /** The numbers among the settings of a client, some of which we read ourselves. */
    private static void checkNumbers(CheckedConfig checked, String prefix, ConfigDef definition) {
        for (Map.Entry<String, String> property : checked.properties().entrySet()) {
            String key = property.getKey();
            ConfigDef.ConfigKey setting =
                    key.startsWith(prefix) ? definition.configKeys().get(key.substring(prefix.length())) : null;
            if (setting != null && NUMBERS.contains(setting.type)) {
                try {
                    Object number = ConfigDef.parseType(key, property.getValue(), setting.type);
                    if (setting.validator != null) {
                        setting.validator.ensureValid(key, number);
                    }
                } catch (ConfigException e) {
                    String bounds = setting.validator == null ? "" : " in " + setting.validator;
                    checked.addError(
                            key,
                            "must be a " + (setting.type == ConfigDef.Type.DOUBLE ? "number" : "whole number")
                                    + bounds);
                }
            }
        }
    }

    private static void checkMaxRequestSize(CheckedConfig checked) {
        String key = SourceConfig.MAX_REQUEST_SIZE;
        String override = checked.property(PRODUCER_PREFIX + key);
        if (override != null
                && checked.isValid(key)
                && !checked.hasError(PRODUCER_PREFIX + key)
                && Long.parseLong(checked.text(key)) > Long.parseLong(override.strip())) {
            checked.addError(
                    key,
                    "must not be above " + PRODUCER_PREFIX + key + " (" + override
                            + "), because the producer sends no larger records, or be left out");
        }
    }

    /**
     * Completes the properties of a consumer; existing overrides stay.
     *
     * @param bufferBytes the memory budget of a task
     * @param partitionBytes how much may be fetched of a partition, because each may have a waiting fetch in memory; the
     *     default of Kafka's consumer applies if it is lower
     */
    public static void completeConsumer(Map<String, Object> properties, long bufferBytes, long partitionBytes) {
        CONSUMER_DEFAULTS.forEach(properties::putIfAbsent);
        properties.putIfAbsent(
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                Long.toString(Math.min(partitionBytes, ConsumerConfig.DEFAULT_MAX_PARTITION_FETCH_BYTES)));
        properties.putIfAbsent(
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                Long.toString(
                        Math.max(MIN_FETCH_BYTES, Math.min(bufferBytes / 16, ConsumerConfig.DEFAULT_FETCH_MAX_BYTES))));
        properties.putAll(CONSUMER_GUARANTEES);
    }

    private static void checkOverride(CheckedConfig checked, String key, String value) {
        String override = checked.property(key);
        if (override != null && !override.equals(value)) {
            checked.addError(key, "must be " + value + ", or left out");
        }
    }
}
