/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import io.kafkacourier.core.config.DurationRange;
import io.kafkacourier.core.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** The configuration of the sink: every key, what it accepts, and what it does. */
final class ElasticsearchTraceSinkConfig extends AbstractConfig {

    static final String HOSTS = "elasticsearch.hosts";
    static final String USERNAME = "elasticsearch.username";
    static final String PASSWORD = "elasticsearch.password";
    static final String API_KEY = "elasticsearch.api.key";
    static final String CA_PATH = "elasticsearch.ca.path";
    static final String CA_FINGERPRINT = "elasticsearch.ca.fingerprint";
    static final String TLS_VERIFICATION = "elasticsearch.tls.verification";
    static final String RECORD_SOURCE = "record.source";
    static final String INDEX_PREFIX = "index.prefix";
    static final String INDEX_STRATEGY = "index.strategy";
    static final String DATASTREAM_NAMESPACE = "datastream.namespace";
    static final String INDEX_TEMPLATE_MANAGE = "index.template.manage";
    static final String RETENTION = "retention";
    static final String RETENTION_MODE = "retention.mode";
    static final String BULK_MAX_BYTES = "bulk.max.bytes";
    static final String BULK_MAX_RECORDS = "bulk.max.records";
    static final String LINGER = "linger";
    static final String MAX_IN_FLIGHT = "max.in.flight";
    static final String COMPRESSION = "compression";
    static final String BUFFER_MAX_BYTES = "buffer.max.bytes";
    static final String RETRY_BACKOFF_INITIAL = "retry.backoff.initial";
    static final String RETRY_BACKOFF_MAX = "retry.backoff.max";
    static final String CLOSE_TIMEOUT = "close.timeout";
    static final String ON_MALFORMED = "on.malformed";
    static final String ON_DESTINATION_FAULT = "on.destination.fault";

    /** Keys of Connect itself that the sink looks at. */
    static final String NAME = "name";

    /** Which of its tasks this is; set by the connector, for the names of metrics. */
    static final String TASK = "courier.task";

    static final String ERRORS_TOLERANCE = "errors.tolerance";
    static final String DEAD_LETTER_TOPIC = "errors.deadletterqueue.topic.name";
    static final String VALUE_CONVERTER = "value.converter";

    /** What is indexed of a record. */
    enum RecordSource {
        EVENT,
        HEADERS,
        AUTO
    }

    /** Where documents go. */
    enum IndexStrategy {
        DAILY,
        DATASTREAM
    }

    /** What is to delete what is older than the retention. */
    enum RetentionMode {
        AUTO,
        LIFECYCLE,
        ILM,
        JANITOR,
        NONE
    }

    /** How far the server's certificate is checked. */
    enum TlsVerification {
        FULL,
        CERTIFICATE,
        NONE
    }

    /** What becomes of a record that can never be indexed. */
    enum OnMalformed {
        REPORT,
        FAIL,
        WARN
    }

    /** What becomes of the task when an index or the cluster has to be mended. */
    enum OnDestinationFault {
        RETRY,
        FAIL
    }

    /** A mistake that takes more than one key to see. */
    record Mistake(String key, @Nullable String value, String allowed) {

        ConfigException asException() {
            return new ConfigException(key, value, allowed);
        }
    }

    private static final String CONNECTION = "Connection";
    private static final String INDICES = "Indices";
    private static final String DELIVERY = "Delivery";
    private static final String ERRORS = "Errors";

    /** Begins the name of every data stream. */
    private static final String DATA_STREAM_PREFIX = "traces-kafka.messages-";

    private static final int MAX_BODY = 100 * 1024 * 1024;

    static ConfigDef configDef() {
        ConfigDef def = new ConfigDef();
        Group connection = new Group(def, CONNECTION);
        Group indices = new Group(def, INDICES);
        Group delivery = new Group(def, DELIVERY);
        Group errors = new Group(def, ERRORS);
        connection.required(
                HOSTS,
                ConfigDef.Type.LIST,
                new Hosts(),
                HIGH,
                "Nodes of the cluster, as http(s)://host:port separated by commas. Requests go round them; one that does"
                        + " not answer is left out for a while.");
        connection.key(
                USERNAME,
                ConfigDef.Type.STRING,
                "",
                null,
                MEDIUM,
                "User for basic authentication. Empty: none. Not together with " + API_KEY + ".");
        connection.key(PASSWORD, ConfigDef.Type.PASSWORD, "", null, MEDIUM, "Password of " + USERNAME + ".");
        connection.key(
                API_KEY,
                ConfigDef.Type.PASSWORD,
                "",
                null,
                MEDIUM,
                "API key in its encoded form (base64 of id:key), sent with every request. Empty: none.");
        connection.key(
                CA_PATH,
                ConfigDef.Type.STRING,
                "",
                null,
                MEDIUM,
                "File on the worker with the PEM certificates of the authorities to trust, in place of those of the Java"
                        + " runtime. Empty: those of the runtime.");
        connection.key(
                CA_FINGERPRINT,
                ConfigDef.Type.STRING,
                "",
                new Fingerprint(),
                MEDIUM,
                "SHA-256 of the one certificate to trust, in hex, colons allowed; Elasticsearch prints it when security is"
                        + " set up. It must be in the chain the server sends, and the chain must be valid with it as its"
                        + " only anchor. Empty: not pinned.");
        connection.key(
                TLS_VERIFICATION,
                ConfigDef.Type.STRING,
                "full",
                ValidString.in("full", "certificate", "none"),
                MEDIUM,
                "full checks the certificate and the host name, certificate only the certificate, none nothing: anybody"
                        + " between the worker and the server can then read and change everything.");
        delivery.key(
                RECORD_SOURCE,
                ConfigDef.Type.STRING,
                "event",
                ValidString.in("event", "headers", "auto"),
                MEDIUM,
                "event: the value of a record is the document, one JSON object as bytes or text, or a Map or Struct."
                        + " headers: an event 'receive' is made of the trace headers of any record, at the record's"
                        + " timestamp and never with its payload; records without such headers are skipped and counted."
                        + " auto: the value where it is a trace event, else the headers.");
        indices.key(
                INDEX_PREFIX,
                ConfigDef.Type.STRING,
                "kafka-traces",
                new NamePart(200, "[a-z0-9][a-z0-9._-]*", "'.', '_' and '-'"),
                HIGH,
                "With " + INDEX_STRATEGY
                        + "=daily, begins the name of every index: <prefix>-yyyy.MM.dd by the document's @timestamp in UTC. A document"
                        + " dated more than a day ahead or before the retention goes by its record's timestamp. Avoid"
                        + " traces-*-*, which built-in templates of Elasticsearch take for data streams.");
        indices.key(
                INDEX_STRATEGY,
                ConfigDef.Type.STRING,
                "daily",
                ValidString.in("daily", "datastream"),
                MEDIUM,
                "daily: one index per day. datastream: the data stream " + DATA_STREAM_PREFIX + "<namespace>, which the"
                        + " server cuts into indices; a redelivered document meets itself only as long as the index it went"
                        + " to is the one that is written to.");
        indices.key(
                DATASTREAM_NAMESPACE,
                ConfigDef.Type.STRING,
                "default",
                new NamePart(100, "[a-z0-9][a-z0-9._]*", "'.' and '_'"),
                LOW,
                "Ends the name of the data stream. Without effect with " + INDEX_STRATEGY + "=daily.");
        indices.key(
                INDEX_TEMPLATE_MANAGE,
                ConfigDef.Type.BOOLEAN,
                true,
                null,
                MEDIUM,
                "Whether the sink keeps its index template up to date before it writes: <prefix> for <prefix>-2*, or that of"
                        + " the data stream, with its name. One of a higher version, or one made by somebody else, is left"
                        + " as it is. false: the template is yours, and with it what it says of retention.");
        indices.key(
                RETENTION,
                ConfigDef.Type.STRING,
                "7d",
                DurationRange.atLeast(Duration.ofHours(1)),
                MEDIUM,
                "How long documents are kept at least; they go with the index they are in. A daily index is counted from"
                        + " the end of its day.");
        indices.key(
                RETENTION_MODE,
                ConfigDef.Type.STRING,
                "auto",
                ValidString.in("auto", "lifecycle", "ilm", "janitor", "none"),
                MEDIUM,
                "Who deletes. lifecycle: the data stream's own lifecycle (Elasticsearch 8.11). ilm: an index lifecycle policy"
                        + " with the template's name. janitor: the connector, which deletes indices <prefix>-yyyy.MM.dd whose"
                        + " day ended longer than the retention ago, and nothing else. auto: the first of these that the"
                        + " server has and that fits, which it is asked for (GET /_data_stream, GET /_ilm/status). none:"
                        + " nothing is deleted, and no date is too old.");
        delivery.key(
                BULK_MAX_BYTES,
                ConfigDef.Type.INT,
                4 * 1024 * 1024,
                Range.between(1024, MAX_BODY),
                MEDIUM,
                "Bytes at which a bulk request is sent, before compression; a larger document goes alone. The server"
                        + " refuses what is over its http.max_content_length, which the sink answers with smaller ones.");
        delivery.key(
                BULK_MAX_RECORDS,
                ConfigDef.Type.INT,
                5000,
                Range.between(1, 1_000_000),
                MEDIUM,
                "Documents at which a bulk request is sent.");
        delivery.key(
                LINGER,
                ConfigDef.Type.STRING,
                "100ms",
                DurationRange.atLeast(Duration.ZERO),
                MEDIUM,
                "How long a document waits at most for others to fill its bulk request. 0: none waits.");
        delivery.key(
                MAX_IN_FLIGHT,
                ConfigDef.Type.INT,
                4,
                Range.between(1, 64),
                MEDIUM,
                "Bulk requests under way at once, per task. Fewer while the server answers 429.");
        delivery.key(
                COMPRESSION,
                ConfigDef.Type.BOOLEAN,
                false,
                null,
                LOW,
                "Whether requests are sent with gzip: about a tenth of the bytes for more CPU on both sides.");
        delivery.key(
                BUFFER_MAX_BYTES,
                ConfigDef.Type.LONG,
                64L * 1024 * 1024,
                Range.atLeast(1024),
                MEDIUM,
                "Memory for records on their way, per task: their values and their requests. Beyond it the task's"
                        + " partitions are paused until half of it is free; what one poll returned comes on top.");
        delivery.key(
                RETRY_BACKOFF_INITIAL,
                ConfigDef.Type.STRING,
                "200ms",
                DurationRange.atLeast(Duration.ofMillis(1)),
                LOW,
                "First wait after the server could not be reached or was overloaded; doubles from there, with jitter."
                        + " Attempts have no limit: meanwhile partitions are paused.");
        delivery.key(
                RETRY_BACKOFF_MAX,
                ConfigDef.Type.STRING,
                "30s",
                DurationRange.atLeast(Duration.ofMillis(1)),
                LOW,
                "Longest wait between two attempts.");
        delivery.key(
                CLOSE_TIMEOUT,
                ConfigDef.Type.STRING,
                "10s",
                DurationRange.atLeast(Duration.ZERO),
                LOW,
                "How long the task waits for answers when partitions are taken from it or it stops. What is not answered"
                        + " by then is read again and meets itself in the index.");
        errors.key(
                ON_MALFORMED,
                ConfigDef.Type.STRING,
                "report",
                ValidString.in("report", "fail", "warn"),
                HIGH,
                "What becomes of a record that is not one JSON object, or that the server refuses for good. report: it"
                        + " goes to the dead letter topic, which takes " + ERRORS_TOLERANCE + "=all and "
                        + DEAD_LETTER_TOPIC + ". fail: the task fails. warn: it is logged, counted and passed over.");
        errors.key(
                ON_DESTINATION_FAULT,
                ConfigDef.Type.STRING,
                "retry",
                ValidString.in("retry", "fail"),
                MEDIUM,
                "What becomes of the task when the server refuses for a reason that lies with an index, the cluster or the"
                        + " credentials (write block, closed index, no write index, missing pipeline, shard limit, 401,"
                        + " 403). retry: offsets are held, an error is logged, and it tries until that is mended. fail:"
                        + " the task fails.");
        return def;
    }

    ElasticsearchTraceSinkConfig(Map<String, String> properties) {
        super(configDef(), properties, false);
    }

    /**
     * Mistakes that no single key shows, in the whole configuration of the connector. Values that a key's own validator
     * refuses are not judged again.
     */
    static List<Mistake> mistakes(Map<String, String> properties) {
        List<Mistake> mistakes = new ArrayList<>();
        if (text(properties, ON_MALFORMED, "report").equals("report")) {
            String because =
                    " with " + ON_MALFORMED + "=report, so that a refused record is kept in a dead letter topic"
                            + " and not lost; else set " + ON_MALFORMED + " to fail or warn";
            if (!text(properties, ERRORS_TOLERANCE, "none").equals("all")) {
                mistakes.add(new Mistake(ERRORS_TOLERANCE, properties.get(ERRORS_TOLERANCE), "must be all" + because));
            }
            if (text(properties, DEAD_LETTER_TOPIC, "").isBlank()) {
                mistakes.add(new Mistake(
                        DEAD_LETTER_TOPIC, properties.get(DEAD_LETTER_TOPIC), "must name a topic" + because));
            }
        }
        boolean user = !text(properties, USERNAME, "").isEmpty();
        if (user && text(properties, PASSWORD, "").isEmpty()) {
            mistakes.add(new Mistake(PASSWORD, Password.HIDDEN, "must be set together with " + USERNAME));
        } else if (!user && !text(properties, PASSWORD, "").isEmpty()) {
            mistakes.add(new Mistake(USERNAME, "", "must be set together with " + PASSWORD));
        }
        if (user && !text(properties, API_KEY, "").isEmpty()) {
            mistakes.add(new Mistake(
                    API_KEY,
                    Password.HIDDEN,
                    "must be empty together with " + USERNAME + ": one or the other is used"));
        }
        mistakesOfRetention(properties, mistakes);
        String path = text(properties, CA_PATH, "");
        String fingerprint = text(properties, CA_FINGERPRINT, "");
        if (!path.isEmpty() && !fingerprint.isEmpty()) {
            mistakes.add(new Mistake(
                    CA_FINGERPRINT,
                    fingerprint,
                    "must be empty together with " + CA_PATH + ": one or the other is used"));
        }
        if (text(properties, TLS_VERIFICATION, "full").equals("none") && !(path.isEmpty() && fingerprint.isEmpty())) {
            mistakes.add(new Mistake(
                    TLS_VERIFICATION,
                    "none",
                    "must be full or certificate together with " + CA_PATH + " or " + CA_FINGERPRINT));
        }
        if (text(properties, VALUE_CONVERTER, "").equals("org.apache.kafka.connect.json.JsonConverter")
                && !text(properties, VALUE_CONVERTER + ".schemas.enable", "true")
                        .equalsIgnoreCase("false")) {
            mistakes.add(new Mistake(
                    VALUE_CONVERTER,
                    properties.get(VALUE_CONVERTER),
                    "expects every value in an envelope of schema and payload, which trace events have not; use"
                            + " org.apache.kafka.connect.converters.ByteArrayConverter"));
        }
        return mistakes;
    }

    private static void mistakesOfRetention(Map<String, String> properties, List<Mistake> mistakes) {
        String mode = text(properties, RETENTION_MODE, "auto");
        boolean dataStream = text(properties, INDEX_STRATEGY, "daily").equals("datastream");
        if (mode.equals("lifecycle") && !dataStream) {
            mistakes.add(new Mistake(
                    RETENTION_MODE,
                    mode,
                    "must be auto, ilm, janitor or none with " + INDEX_STRATEGY
                            + "=daily: only data streams have a lifecycle"));
        } else if (mode.equals("janitor") && dataStream) {
            mistakes.add(new Mistake(
                    RETENTION_MODE,
                    mode,
                    "must be auto, lifecycle, ilm or none with " + INDEX_STRATEGY
                            + "=datastream: the janitor knows daily indices alone"));
        } else if ((mode.equals("lifecycle") || mode.equals("ilm"))
                && text(properties, INDEX_TEMPLATE_MANAGE, "true").equalsIgnoreCase("false")) {
            mistakes.add(new Mistake(
                    RETENTION_MODE,
                    mode,
                    "must be auto, janitor or none with " + INDEX_TEMPLATE_MANAGE
                            + "=false: it would be written into the template"));
        }
    }

    private static String text(Map<String, String> properties, String key, String absent) {
        String value = properties.get(key);
        return value == null ? absent : value;
    }

    List<HttpHost> hosts() {
        return getList(HOSTS).stream().map(Hosts::parse).toList();
    }

    String username() {
        return getString(USERNAME);
    }

    Password password() {
        return getPassword(PASSWORD);
    }

    Password apiKey() {
        return getPassword(API_KEY);
    }

    String caPath() {
        return getString(CA_PATH);
    }

    /** 64 lower-case hex digits, or empty. */
    String caFingerprint() {
        return Fingerprint.normalize(getString(CA_FINGERPRINT));
    }

    TlsVerification tlsVerification() {
        return TlsVerification.valueOf(getString(TLS_VERIFICATION).toUpperCase(Locale.ROOT));
    }

    String indexPrefix() {
        return getString(INDEX_PREFIX);
    }

    /** The connector's name. */
    String connector() {
        return originalsStrings().getOrDefault(NAME, "unnamed");
    }

    RecordSource recordSource() {
        return RecordSource.valueOf(getString(RECORD_SOURCE).toUpperCase(Locale.ROOT));
    }

    IndexStrategy indexStrategy() {
        return IndexStrategy.valueOf(getString(INDEX_STRATEGY).toUpperCase(Locale.ROOT));
    }

    /** The name of the data stream, for who uses one. */
    String dataStream() {
        return DATA_STREAM_PREFIX + getString(DATASTREAM_NAMESPACE);
    }

    RetentionMode retentionMode() {
        return RetentionMode.valueOf(getString(RETENTION_MODE).toUpperCase(Locale.ROOT));
    }

    boolean managesTemplate() {
        return getBoolean(INDEX_TEMPLATE_MANAGE);
    }

    /** Null where indices are kept for ever. */
    @Nullable
    Duration retention() {
        return retentionMode() == RetentionMode.NONE ? null : duration(RETENTION);
    }

    /** Whether deleting may be the connector's business. */
    boolean mayTakeAJanitor() {
        return indexStrategy() == IndexStrategy.DAILY
                && (retentionMode() == RetentionMode.AUTO || retentionMode() == RetentionMode.JANITOR);
    }

    int bulkMaxBytes() {
        return getInt(BULK_MAX_BYTES);
    }

    int bulkMaxRecords() {
        return getInt(BULK_MAX_RECORDS);
    }

    Duration linger() {
        return duration(LINGER);
    }

    int maxInFlight() {
        return getInt(MAX_IN_FLIGHT);
    }

    boolean compression() {
        return getBoolean(COMPRESSION);
    }

    long bufferMaxBytes() {
        return getLong(BUFFER_MAX_BYTES);
    }

    Duration retryBackoffInitial() {
        return duration(RETRY_BACKOFF_INITIAL);
    }

    Duration retryBackoffMax() {
        return duration(RETRY_BACKOFF_MAX);
    }

    Duration closeTimeout() {
        return duration(CLOSE_TIMEOUT);
    }

    OnMalformed onMalformed() {
        return OnMalformed.valueOf(getString(ON_MALFORMED).toUpperCase(Locale.ROOT));
    }

    OnDestinationFault onDestinationFault() {
        return OnDestinationFault.valueOf(getString(ON_DESTINATION_FAULT).toUpperCase(Locale.ROOT));
    }

    private Duration duration(String key) {
        return Durations.parse(getString(key));
    }

    /** Defines keys of one group in the order they are shown. */
    private static final class Group {

        private final ConfigDef def;
        private final String name;
        private int order;

        Group(ConfigDef def, String name) {
            this.def = def;
            this.name = name;
        }

        void required(
                String key,
                ConfigDef.Type type,
                ConfigDef.Validator validator,
                ConfigDef.Importance importance,
                String documentation) {
            key(key, type, ConfigDef.NO_DEFAULT_VALUE, validator, importance, documentation);
        }

        void key(
                String key,
                ConfigDef.Type type,
                Object defaultValue,
                ConfigDef.@Nullable Validator validator,
                ConfigDef.Importance importance,
                String documentation) {
            def.define(key, type, defaultValue, validator, importance, documentation, name, ++order, Width.MEDIUM, key);
        }
    }

    /** Accepts a SHA-256 in hex, or nothing. */
    private static final class Fingerprint implements ConfigDef.Validator {

        private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

        @Override
        public void ensureValid(String name, @Nullable Object value) {
            String text = value == null ? "" : (String) value;
            if (!text.isEmpty() && !SHA_256.matcher(normalize(text)).matches()) {
                throw new ConfigException(name, text, "must be " + this);
            }
        }

        static String normalize(String text) {
            return text.replace(":", "").toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return "empty, or a SHA-256 of 64 hex digits, colons allowed";
        }
    }

    /** Accepts a part of an index's name. */
    private record NamePart(int max, String legal, String characters) implements ConfigDef.Validator {

        @Override
        public void ensureValid(String name, @Nullable Object value) {
            String text = value == null ? "" : (String) value;
            if (text.length() > max || !text.matches(legal)) {
                throw new ConfigException(name, value, "must be " + this);
            }
        }

        @Override
        public String toString() {
            return "1 to " + max + " lower-case letters, digits, " + characters
                    + ", of which the first is a letter or a digit";
        }
    }
}
