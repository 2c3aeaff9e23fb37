/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.source.config.Behaviour;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelaySourceConnectorTest {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    /** Uses a cluster that does not exist. */
    private final DelaySourceConnector connector = new DelaySourceConnector(properties -> {
        throw new KafkaException("there is no cluster");
    });

    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "delay",
            "bootstrap.servers", "localhost:9092",
            "topics", "orders",
            "target.topics.allow", ".*",
            "key.converter", BYTES,
            "value.converter", BYTES,
            "header.converter", BYTES));

    @Test
    void acceptsTheLeastThatIsNeeded() {
        assertThat(errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bootstrap.servers", "topics", "target.topics.allow"})
    void needs(String key) {
        properties.remove(key);

        assertThat(errors()).containsOnlyKeys(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key.converter", "value.converter", "header.converter"})
    void needsConvertersOfBytesInItsOwnConfiguration(String key) {
        properties.remove(key);
        assertThat(errors()).containsOnlyKeys(key);

        properties.put(key, "org.apache.kafka.connect.json.JsonConverter");
        assertThat(errors()).containsOnlyKeys(key);
        assertThat(errors())
                .containsEntry(
                        key,
                        List.of("Invalid value org.apache.kafka.connect.json.JsonConverter for configuration " + key
                                + ": must be " + BYTES
                                + ", in the connector's own configuration: messages are passed on byte for byte"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            topics,                      'orders,__x/y',  must be legal topic names
            topics.regex,                or.*,            must be empty if topics is set
            topic.delays,                delays,          'must be a list of <topic>=<duration>, or a topic whose name contains the delay: delay_<n>s, delay_<n>m or delay_<n>h; delays has no duration, and its name contains none'
            topic.delays,                delay_5d,        has no duration
            topic.delays,                delay_99999999999999999h, beyond the range of 64-bit milliseconds
            topic.delays,                delay_721h,      is longer than delay.max (30d)
            topic.delays,                delay_5s=soon,   is not a duration
            topic.delays,                delay_5s=-5s,    is below zero
            topic.delays,                a=2592000001,    is longer than delay.max (30d)
            topic.delays,                'delay_5s,delay_5s=6s', names a topic that another item names
            topic.delays,                delay_31d=31d,   is longer than delay.max (30d)
            topic.delays,                a/b=5s,          begins with a name that has a character other than
            topic.delays,                'a=5s,a=6s',     names a topic that another item names
            topics.refresh.interval,     10ms,            at least 1000ms
            on.missing,                  ignore,          'must be one of: fail, skip'
            deliver.at.header,           '',              non-empty
            delay.header,                deliver_at,      must differ from deliver.at.header
            delay.max,                   -1,              at least 0ms
            timestamp,                   now,             'must be one of: due, original'
            target.topic,                orders,          must not be one of the topics that are read
            target.topic,                __x,             must not be an internal topic
            target.topic,                a b,             must be a legal topic name
            trace.topic,                 orders,          must not be one of the topics that are read
            target.topics.allow,         (,               is not a regular expression
            topics.allow.internal,       a b,             has a character other than
            invalid.behavior,            drop,            'must be one of: route, fail, deliver'
            invalid.topic,               orders,          must not be one of the topics that are read
            invalid.topic,               '',              non-empty
            horizon,                     999ms,           at least 1000ms
            buffer.max.bytes,            0,               at least 1
            tiers,                       '16s,5m',        16s is not longer than horizon
            tiers,                       '17500ms',       17500ms has a part of a second
            tiers,                       '5m,soon',       soon is not a duration
            tiers,                       100000d,         is longer
            tiers.prefix,                a b,             has a character other than letters
            tiers.prefix,                __x.,            must not begin with __
            tiers.partitions,            0,               a whole number of at least 1
            tiers.partitions,            x,               a whole number of at least 1
            tiers.replication.factor,    0,               'at least 1, or -1'
            target.topic,                delay.delay.16s, must not name a topic that tiers.prefix makes a tier
            errors.tolerance,            all,             must be none
            transaction.boundary,        interval,        must be poll
            consumer.isolation.level,    read_uncommitted, 'must be read_committed, or left out'
            consumer.allow.auto.create.topics, true, 'must be false, or left out'
            consumer.auto.offset.reset,  latest,          'must be none, or left out'
            consumer.enable.auto.commit, true,            'must be false, or left out'
            consumer.group.id,           g,               must not be set
            consumer.bootstrap.servers,  other:9092,      'must be localhost:9092, or left out'
            admin.bootstrap.servers,     other:9092,      'must be localhost:9092, or left out'
            security.protocol,           TLS,             'String must be one of (case insensitive): '
            sasl.login.refresh.window.factor, 2,          no more than 1.0
            consumer.override.fetch.max.bytes, 1000,      takes consumer.fetch.max.bytes
            admin.override.request.timeout.ms, 1000,      takes admin.request.timeout.ms
            consumer.override.sasl.mechanism, PLAIN,      'takes consumer.sasl.mechanism; or sasl.mechanism, which serves both'
            producer.override.transaction.timeout.ms, 1m, 'must be a whole number'
            producer.override.max.request.size, 1MB,      'must be a whole number in [0,...]'
            producer.override.buffer.memory, lots,        'must be a whole number in [0,...]'
            producer.override.compression.zstd.level, high, 'must be a whole number'
            producer.override.linger.ms, -1,              'must be a whole number in [0,...]'
            consumer.fetch.max.bytes,    -1,              'must be a whole number in [0,...]'
            admin.retries,               many,            'must be a whole number in [0,...'
            max.request.size,            0,               must be at least 1
            max.request.size,            1MB,             Not a number of type INT
            """)
    void refusesAndSaysWhatIsAllowed(String key, String value, String allowed) {
        properties.put(key, value);

        assertThat(errors()).containsOnlyKeys(key);
        assertThat(errors().get(key)).singleElement().asString().contains(key).contains(allowed);
    }

    @Test
    void needsNoListOfTargetsIfMessagesNameNone() {
        properties.remove("target.topics.allow");
        properties.put("target.topic.header", "");
        assertThat(errors()).containsOnlyKeys("target.topic");

        properties.put("target.topic", "out");
        assertThat(errors()).isEmpty();
    }

    @Test
    void readsOnlyTopicsOfAPatternOrWithAFixedDelay() {
        properties.remove("topics");
        properties.put("topics.regex", "or.*");
        assertThat(errors()).isEmpty();

        properties.remove("topics.regex");
        properties.put("topic.delays", "delay_5s=5s");
        assertThat(errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"target.topic", "invalid.topic", "trace.topic"})
    void writesNothingToTheTopicOfItsOwnOffsets(String key) {
        properties.put("offsets.storage.topic", "delay-offsets");
        properties.put(key, "delay-offsets");

        assertThat(errors()).containsOnlyKeys(key);
        assertThat(errors().get(key)).singleElement().asString().contains("(offsets.storage.topic)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "delay.delay.16s", "off/sets", ""})
    void keepsItsOffsetsInATopicThatIsNothingElse(String topic) {
        properties.put("offsets.storage.topic", topic);

        assertThat(errors()).containsOnlyKeys("offsets.storage.topic");
    }

    @Test
    void neverReadsTheTopicOfItsOwnOffsetsByPattern() {
        properties.remove("topics");
        properties.put("topics.regex", ".*");
        properties.put("offsets.storage.topic", "delay-offsets");

        assertThat(DelaySourceConfig.read(properties).inputs().includes("delay-offsets"))
                .isFalse();
    }

    @Test
    void createsItsOwnTopicsAlwaysAndTargetsAsConfigured() {
        properties.put("trace.topic", "events");
        NewTopic invalid = new NewTopic("invalid_delay", Optional.empty(), Optional.empty())
                .configs(Map.of("max.message.bytes", "1048588"));
        assertThat(DelaySourceConfig.read(properties).newTopic("invalid_delay")).isEqualTo(invalid);
        assertThat(DelaySourceConfig.read(properties).newTopic("out")).isNull();

        properties.put("topic.creation.default.partitions", "2");
        assertThat(errors()).containsOnlyKeys("topic.creation.default.replication.factor");
        properties.put("topic.creation.default.replication.factor", "1");
        assertThat(DelaySourceConfig.read(properties).newTopic("invalid_delay")).isEqualTo(invalid);
        assertThat(DelaySourceConfig.read(properties).newTopic("events"))
                .isEqualTo(new NewTopic("events", Optional.empty(), Optional.empty()));
        assertThat(DelaySourceConfig.read(properties).newTopic("out"))
                .isEqualTo(new NewTopic("out", 2, (short) 1).configs(Map.of()));
    }

    @Test
    void createsTheTopicOfRefusedMessagesSoThatItTakesAllThatTheProducerSends() {
        properties.put("producer.override.max.request.size", "20000000");
        assertThat(DelaySourceConfig.read(properties).newTopic("invalid_delay"))
                .isEqualTo(new NewTopic("invalid_delay", Optional.empty(), Optional.empty())
                        .configs(Map.of("max.message.bytes", "20000000")));

        properties.put("producer.override.compression.type", "lz4");
        assertThat(DelaySourceConfig.read(properties).newTopic("invalid_delay"))
                .as("records that lz4 cannot compress grow by 4 bytes for each 64 KiB")
                .isEqualTo(new NewTopic("invalid_delay", Optional.empty(), Optional.empty())
                        .configs(Map.of("max.message.bytes", Integer.toString(20_000_000 + 306 * 4 + 64))));
    }

    @Test
    void takesFixedDelaysFromNamesAndUpToTheLongestThatIsAllowed() {
        properties.remove("topics");
        properties.put("topic.delays", "delay_5m,delay_720h,delay_90s=1s,orders=2592000000");

        assertThat(errors()).isEmpty();
        Behaviour config = DelaySourceConfig.read(properties);
        assertThat(config.inputs().names()).containsExactlyInAnyOrder("delay_5m", "delay_720h", "delay_90s", "orders");
        assertThat(List.of("delay_5m", "delay_720h", "delay_90s", "orders"))
                .extracting(topic -> DelaySettings.parse(
                                config.policies(topic).current().settings())
                        .fixedMs())
                .containsExactly(300_000L, 2_592_000_000L, 1_000L, 2_592_000_000L);
    }

    @Test
    void sendsNothingToATopicWithAFixedDelay() {
        properties.put("topic.delays", "delay_5m");
        properties.put("target.topic", "delay_5m");

        assertThat(errors()).containsOnlyKeys("target.topic");
    }

    @Test
    void refusesAThirdPartyTransformThatWouldSeeMoreThanMessages() {
        properties.put("transforms", "route, mask");
        properties.put("transforms.route.type", "io.kafkacourier.transforms.ContentRouter");
        properties.put("transforms.mask.type", "org.apache.kafka.connect.transforms.MaskField$Value");

        assertThat(errors()).containsOnlyKeys("transforms.mask.predicate");
        assertThat(errors().get("transforms.mask.predicate"))
                .singleElement()
                .asString()
                .contains(
                        "the transform mask (org.apache.kafka.connect.transforms.MaskField$Value) also sees records on"
                                + " their way between tiers, refused records and trace events")
                .endsWith("transforms.mask.predicate=isDue, predicates=isDue,"
                        + " predicates.isDue.type=io.kafkacourier.transforms.predicates.IsDue");

        properties.put("predicates", "other");
        assertThat(errors().get("transforms.mask.predicate"))
                .singleElement()
                .asString()
                .contains(" predicates=other,isDue,");
    }

    @Test
    void acceptsTransformsThatSeeOnlyMessages() {
        properties.put("transforms", "route,stamp,mask");
        properties.put("transforms.route.type", "io.kafkacourier.transforms.ContentRouter");
        properties.put("transforms.stamp.type", "StampTrace");
        properties.put("transforms.mask.type", "org.apache.kafka.connect.transforms.MaskField$Value");
        properties.put("transforms.mask.predicate", "isDue");
        assertThat(errors()).isEmpty();

        properties.remove("transforms.mask.predicate");
        assertThat(errors()).containsOnlyKeys("transforms.mask.predicate");
        properties.put("delay.max", "16001ms");
        assertThat(errors()).containsOnlyKeys("transforms.mask.predicate");
        properties.put("delay.max", "16s");
        assertThat(errors()).isEmpty();
    }

    @Test
    void acceptsTiers() {
        properties.put("tiers", "5m,30m");
        properties.put("tiers.prefix", "wait.");
        properties.put("tiers.partitions", "3");
        properties.put("tiers.replication.factor", "1");
        assertThat(errors()).isEmpty();

        properties.put("tiers", "");
        properties.put("tiers.prefix", "");
        properties.put("tiers.partitions", "");
        properties.put("tiers.replication.factor", "-1");
        assertThat(errors()).isEmpty();
    }

    @Test
    void appliesConfiguredTierSettingsUnlessTheyWeakenAGuarantee() {
        properties.put("tiers.config.segment.bytes", "52428800");
        properties.put("tiers.config.retention.ms", "");
        assertThat(errors()).isEmpty();

        properties.put("tiers.config.retention.ms", "604800000");
        properties.put("tiers.config.cleanup.policy", "compact");
        assertThat(errors()).containsOnlyKeys("tiers.config.retention.ms", "tiers.config.cleanup.policy");
        assertThat(errors().get("tiers.config.retention.ms"))
                .containsExactly("Invalid value 604800000 for configuration tiers.config.retention.ms: must be -1, or"
                        + " empty, which leaves it to the cluster; with any other value messages may be deleted before"
                        + " they are due");
    }

    @Test
    void needsAPrefixOfTiersIfItsOwnNameMakesNone() {
        properties.put("name", "delay connector");

        assertThat(errors()).containsOnlyKeys("tiers.prefix");
        properties.put("tiers.prefix", "wait.");
        assertThat(errors()).isEmpty();
    }

    @Test
    void acceptsOverridesThatSayTheSame() {
        properties.put("consumer.isolation.level", "read_committed");
        properties.put("consumer.fetch.max.bytes", "1000");
        properties.put("transaction.boundary", "poll");
        properties.put("errors.tolerance", "none");

        assertThat(errors()).isEmpty();
    }

    @Test
    void reportsEveryMistakeAtOnce() {
        properties.put("horizon", "x");
        properties.put("invalid.topic", "__y");
        properties.remove("key.converter");

        assertThat(errors()).containsOnlyKeys("horizon", "invalid.topic", "key.converter");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> connector.start(properties))
                .withMessageContaining("horizon")
                .withMessageContaining("invalid.topic")
                .withMessageContaining("key.converter");
    }

    @Test
    void documentsEveryKey() {
        assertThat(connector.config().configKeys().values()).allSatisfy(key -> {
            assertThat(key.documentation).endsWith(".");
            assertThat(key.group).isNotEmpty();
        });
        assertThat(connector.config().configKeys().values())
                .filteredOn(key -> key.defaultValue == ConfigDef.NO_DEFAULT_VALUE)
                .extracting(key -> key.name)
                .containsExactly("bootstrap.servers");
    }

    @Test
    void givesTheConsumerItsGuaranteesAndTheOverrides() {
        properties.put("consumer.fetch.max.wait.ms", "10");
        properties.put("admin.request.timeout.ms", "20");
        Behaviour config = DelaySourceConfig.read(properties);

        assertThat(config.config().consumerProperties("id", 128))
                .containsEntry("bootstrap.servers", "localhost:9092")
                .containsEntry("client.id", "id")
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("allow.auto.create.topics", "false")
                .containsEntry("auto.offset.reset", "none")
                .containsEntry("enable.auto.commit", "false")
                .containsEntry("fetch.max.wait.ms", "10")
                .containsEntry("max.partition.fetch.bytes", "262144")
                .containsEntry("fetch.max.bytes", "4194304")
                .containsEntry("max.poll.records", "200")
                .doesNotContainKey("group.id");
        assertThat(config.config().adminProperties("id"))
                .containsOnly(
                        Map.entry("bootstrap.servers", "localhost:9092"),
                        Map.entry("client.id", "id"),
                        Map.entry("request.timeout.ms", "20"));
    }

    @Test
    void securesBothClientsWithOneSetOfKeysThatPrefixesOverride() {
        properties.put("security.protocol", "SASL_SSL");
        properties.put("sasl.mechanism", "PLAIN");
        properties.put("sasl.jaas.config", "both");
        properties.put("ssl.truststore.location", "/trust.jks");
        properties.put("ssl.engine.factory.of.ours", "x");
        properties.put("consumer.sasl.jaas.config", "reader");
        properties.put("admin.security.protocol", "SASL_PLAINTEXT");

        assertThat(errors()).isEmpty();
        Behaviour config = DelaySourceConfig.read(properties);
        assertThat(config.config().consumerProperties("id", 1))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "PLAIN")
                .containsEntry("sasl.jaas.config", "reader")
                .containsEntry("ssl.truststore.location", "/trust.jks")
                .containsEntry("ssl.engine.factory.of.ours", "x");
        assertThat(config.config().adminProperties("id"))
                .containsOnly(
                        Map.entry("bootstrap.servers", "localhost:9092"),
                        Map.entry("client.id", "id"),
                        Map.entry("security.protocol", "SASL_PLAINTEXT"),
                        Map.entry("sasl.mechanism", "PLAIN"),
                        Map.entry("sasl.jaas.config", "both"),
                        Map.entry("ssl.truststore.location", "/trust.jks"),
                        Map.entry("ssl.engine.factory.of.ours", "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sasl.jaas.config",
                "ssl.key.password",
                "ssl.keystore.password",
                "ssl.keystore.key",
                "ssl.truststore.password"
            })
    void hidesSecrets(String key) {
        assertThat(connector.config().configKeys())
                .extractingByKey(key)
                .satisfies(found -> assertThat(found.type).isEqualTo(ConfigDef.Type.PASSWORD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer.", "admin."})
    void allowsOverridesForConnectIfTheOwnClientHasTheKeyToo(String prefix) {
        properties.put(prefix + "override.sasl.mechanism", "PLAIN");
        properties.put("sasl.mechanism", "PLAIN");
        assertThat(errors()).isEmpty();
        properties.remove("sasl.mechanism");
        assertThat(errors()).containsOnlyKeys(prefix + "override.sasl.mechanism");
        properties.put(prefix + "sasl.mechanism", "PLAIN");
        assertThat(errors()).isEmpty();

        Behaviour config = DelaySourceConfig.read(properties);
        assertThat(config.config().consumerProperties("id", 1)).doesNotContainKey("override.sasl.mechanism");
        assertThat(config.config().adminProperties("id")).doesNotContainKey("override.sasl.mechanism");
    }

    @Test
    void repeatsNoSecretOfAnOverrideThatItRefuses() {
        properties.put("consumer.override.sasl.jaas.config", "password=open-sesame");

        assertThat(errors().get("consumer.override.sasl.jaas.config"))
                .singleElement()
                .asString()
                .doesNotContain("open-sesame");
    }

    @Test
    void takesTheLargestRecordOfTheProducerFromItsOwnKeyOrElseTheOverride() {
        assertThat(DelaySourceConfig.read(properties).config().maxRequestSize()).isEqualTo(1_048_576);
        properties.put("producer.override.max.request.size", "5000000");
        assertThat(DelaySourceConfig.read(properties).config().maxRequestSize()).isEqualTo(5_000_000);
        properties.put("max.request.size", "4000000");
        assertThat(DelaySourceConfig.read(properties).config().maxRequestSize()).isEqualTo(4_000_000);
        properties.put("producer.override.buffer.memory", "3000000");
        assertThat(DelaySourceConfig.read(properties).config().maxRequestSize()).isEqualTo(3_000_000);
        properties.remove("producer.override.max.request.size");
        properties.remove("producer.override.buffer.memory");
        properties.put("max.request.size", "50000000");
        assertThat(DelaySourceConfig.read(properties).config().maxRequestSize()).isEqualTo(50_000_000);
        assertThat(errors()).isEmpty();
    }

    @Test
    void waitsForReplicasUnlessTheProducerIsConfiguredOtherwise() {
        assertThat(DelaySourceConfig.read(properties).config().awaitsReplicas()).isTrue();
        properties.put("producer.override.acks", "1");
        assertThat(DelaySourceConfig.read(properties).config().awaitsReplicas()).isFalse();
        properties.put("producer.override.acks", "-1");
        assertThat(DelaySourceConfig.read(properties).config().awaitsReplicas()).isTrue();
    }

    @Test
    void refusesARecordSizeThatTheProducerIsNotGiven() {
        properties.put("max.request.size", "5000001");
        properties.put("producer.override.max.request.size", "5000000");

        assertThat(errors()).containsOnlyKeys("max.request.size");
        assertThat(errors().get("max.request.size"))
                .singleElement()
                .asString()
                .contains("must not be above producer.override.max.request.size (5000000)");
        properties.put("max.request.size", "5000000");
        assertThat(errors()).isEmpty();
    }

    @Test
    void saysThatItsSettingsMakeNoClient() {
        properties.put("bootstrap.servers", "127.0.0.1:1");
        properties.put("security.protocol", "sasl_plaintext");
        properties.put("sasl.mechanism", "SCRAM-SHA-512");

        assertThat(connector.validate(properties).configValues())
                .filteredOn(value -> !value.errorMessages().isEmpty())
                .singleElement()
                .satisfies(value -> {
                    assertThat(value.name()).isEqualTo("bootstrap.servers");
                    assertThat(value.errorMessages())
                            .containsExactly(
                                    "The settings of the connector's admin client (sasl.mechanism=SCRAM-SHA-512,"
                                            + " security.protocol=SASL_PLAINTEXT) make no client: there is no cluster"
                                            + " (bootstrap.servers)");
                });
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> connector.start(properties))
                .withMessageContaining("make no client: there is no cluster");
    }

    @Test
    void supportsExactlyOnceWithTheBoundariesOfConnect() {
        assertThat(connector.exactlyOnceSupport(properties)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.canDefineTransactionBoundaries(properties))
                .isEqualTo(ConnectorTransactionBoundaries.UNSUPPORTED);
    }

    @Test
    void letsOffsetsBeAlteredAndReset() {
        Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
        offsets.put(Map.of("topic", "orders", "partition", 0), Map.of("next", 5));
        offsets.put(Map.of("topic", "orders", "partition", 1), null);
        offsets.put(Map.of("redrive", "from when the connector was one"), null);

        assertThat(connector.alterOffsets(properties, offsets)).isTrue();
    }

    @Test
    void refusesOffsetsOfAnotherForm() {
        Map<String, ?> orders = Map.of("topic", "orders", "partition", 0);

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> connector.alterOffsets(properties, Map.of(Map.of("file", "x"), Map.of("next", 5))))
                .withMessageContaining("Source partition");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> connector.alterOffsets(properties, Map.of(orders, Map.of("position", 5))))
                .withMessageContaining("next must be a whole number");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() ->
                        connector.alterOffsets(properties, Map.of(orders, Map.of("next", 5, "settings", "horizon=1"))))
                .withMessageContaining("have no max");
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(SourceConnector.class))
                .anySatisfy(found -> assertThat(found).isInstanceOf(DelaySourceConnector.class));
        assertThat(connector.taskClass()).isEqualTo(DelaySourceTask.class);
    }

    /** The errors by key that can be found without the cluster. */
    private Map<String, List<String>> errors() {
        Map<String, List<String>> errors = new LinkedHashMap<>();
        DelaySourceChecks.checked(properties).toConfig().configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
