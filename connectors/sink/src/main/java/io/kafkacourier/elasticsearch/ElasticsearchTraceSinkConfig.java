/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import io.kafkacourier.core.config.ConfigErrors;
import io.kafkacourier.core.time.Durations;
import io.kafkacourier.elasticsearch.connection.ConnectionConfig;
import io.kafkacourier.elasticsearch.document.Documents;
import io.kafkacourier.elasticsearch.document.IndexNames;
import io.kafkacourier.elasticsearch.document.RecordSource;
import io.kafkacourier.elasticsearch.template.TemplateSettings;
import io.kafkacourier.elasticsearch.template.TemplateSettings.IndexStrategy;
import io.kafkacourier.elasticsearch.template.TemplateSettings.RetentionMode;
import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.DurationRange;
import io.kafkacourier.kafka.config.EventPrivacyOptions;
import io.kafkacourier.sink.DeliverySettings;
import io.kafkacourier.sink.DeliverySettings.OnDestinationFault;
import io.kafkacourier.sink.DeliverySettings.OnMalformed;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The configuration of the sink: every key, what it accepts, and what it does. */
final class ElasticsearchTraceSinkConfig extends AbstractConfig {

    static final String RECORD_SOURCE = "record.source";
    static final String KEY = EventPrivacyOptions.KEY;
    static final String KEY_SECRET = EventPrivacyOptions.KEY_SECRET;
    static final String ERROR_MESSAGE = EventPrivacyOptions.ERROR_MESSAGE;
    static final String INDEX_PREFIX = TemplateSettings.INDEX_PREFIX;
    static final String INDEX_STRATEGY = "index.strategy";
    static final String DATASTREAM_NAMESPACE = TemplateSettings.DATASTREAM_NAMESPACE;
    static final String INDEX_TEMPLATE_MANAGE = "index.template.manage";
    static final String RETENTION = TemplateSettings.RETENTION;
    static final String RETENTION_MODE = TemplateSettings.RETENTION_MODE;
    static final String BULK_MAX_BYTES = "bulk.max.bytes";
    static final String BULK_MAX_RECORDS = "bulk.max.records";
    static final String LINGER = "linger";
    static final String MAX_IN_FLIGHT = "max.in.flight";
    static final String COMPRESSION = "compression";
    static final String BUFFER_MAX_BYTES = "buffer.max.bytes";
    static final String RETRY_BACKOFF_INITIAL = "retry.backoff.initial";
    static final String RETRY_BACKOFF_MAX = "retry.backoff.max";
    static final String CLOSE_TIMEOUT = "close.timeout";
    static final String ON_MALFORMED = DeliverySettings.ON_MALFORMED;
    static final String ON_DESTINATION_FAULT = DeliverySettings.ON_DESTINATION_FAULT;

    /** Keys of Connect itself that the sink looks at. */
    static final String NAME = "name";

    /** The number of the task; set by the connector, for the names of metrics. */
    static final String TASK = "courier.task";

    static final String ERRORS_TOLERANCE = "errors.tolerance";
    static final String DEAD_LETTER_TOPIC = "errors.deadletterqueue.topic.name";
    static final String VALUE_CONVERTER = "value.converter";
    static final String ISOLATION_LEVEL = "consumer.override.isolation.level";

    private static final String FOR_HEADERS = "For events made from headers (" + RECORD_SOURCE + "=headers or auto). ";

    private static final String CONNECTION = "Connection";
    private static final String INDICES = "Indices";
    private static final String DELIVERY = "Delivery";
    private static final String ERRORS = "Errors";

    /** The beginning of every data stream's name. */
    private static final String DATA_STREAM_PREFIX = "traces-kafka.messages-";

    private static final int MAX_BODY = 100 * 1024 * 1024;

    static ConfigDef configDef() {
        ConfigDefinition definition = new ConfigDefinition();
        definition.group(CONNECTION).keys(ConnectionConfig::define);
        ConfigDefinition indices = definition.group(INDICES);
        ConfigDefinition delivery = definition.group(DELIVERY);
        ConfigDefinition errors = definition.group(ERRORS);
        delivery.key(
                RECORD_SOURCE,
                ConfigDef.Type.STRING,
                "event",
                ValidString.in("event", "headers", "auto"),
                MEDIUM,
                "event: the document is the record's value: any JSON object as bytes or text (UTF-8, with or without the schema id"
                        + " of a Confluent serializer), or a Map or Struct. headers: the document is an event 'receive' made from the record's"
                        + " trace headers; it has the record's timestamp and contains nothing of its payload. Records without such headers, or"
                        + " whose trace is not sampled, are skipped and counted. auto: the value if it is a trace event, otherwise the headers."
                        + " JSON objects that Elasticsearch cannot take are refused, see " + ON_MALFORMED
                        + ": a name that occurs twice; at the"
                        + " top level, an empty or blank name, or the name of a metadata field such as _id; a number of more than 1,000 digits;"
                        + " an object as trace_id, span_id, parent_span_id or message_id; in a data stream, an @timestamp that is not a date.");
        delivery.key(
                KEY,
                ConfigDef.Type.STRING,
                EventPrivacyOptions.KEY_DEFAULT,
                EventPrivacyOptions.keys(),
                MEDIUM,
                FOR_HEADERS + EventPrivacyOptions.KEY_DOC);
        delivery.key(
                KEY_SECRET,
                ConfigDef.Type.PASSWORD,
                EventPrivacyOptions.KEY_SECRET_DEFAULT,
                null,
                MEDIUM,
                FOR_HEADERS + EventPrivacyOptions.KEY_SECRET_DOC);
        delivery.key(
                ERROR_MESSAGE,
                ConfigDef.Type.STRING,
                EventPrivacyOptions.ERROR_MESSAGE_DEFAULT,
                EventPrivacyOptions.errorMessages(),
                LOW,
                FOR_HEADERS + EventPrivacyOptions.ERROR_MESSAGE_DOC
                        + " So far, such events have no errors, and events that are values stay as they are. The option exists because the"
                        + " interceptors and the other connectors have it.");
        indices.key(
                INDEX_PREFIX,
                ConfigDef.Type.STRING,
                "kafka-traces",
                new NamePart(200, "[a-z0-9][a-z0-9._-]*", "'.', '_' and '-'"),
                HIGH,
                "The beginning of every index name with " + INDEX_STRATEGY
                        + "=daily: <prefix>-yyyy.MM.dd, by the document's"
                        + " @timestamp in UTC. If that date is more than a day ahead or before the retention, the record's timestamp decides."
                        + " Avoid traces-*-*, for which Elasticsearch has built-in templates of data streams.");
        indices.key(
                INDEX_STRATEGY,
                ConfigDef.Type.STRING,
                "daily",
                ValidString.in("daily", "datastream"),
                MEDIUM,
                "daily: one index per day. datastream: the data stream " + DATA_STREAM_PREFIX
                        + "<namespace>, which the server divides"
                        + " into indices. There, a redelivered document is recognized only while its index is the one that is written to.");
        indices.key(
                DATASTREAM_NAMESPACE,
                ConfigDef.Type.STRING,
                "default",
                new NamePart(100, "[a-z0-9][a-z0-9._]*", "'.' and '_'"),
                LOW,
                "The end of the data stream's name. It has no effect with " + INDEX_STRATEGY + "=daily.");
        indices.key(
                INDEX_TEMPLATE_MANAGE,
                ConfigDef.Type.BOOLEAN,
                true,
                null,
                MEDIUM,
                "true: before the sink writes, it brings its index template up to date: <prefix> for <prefix>-2*, or that of the data"
                        + " stream, with its name. A template of a higher version, or without the sink's mark (_meta.managed_by), is left as it"
                        + " is. The sink checks the template again when an index is new to the task, and every ten minutes. false: the template"
                        + " is yours, and so is the deletion of old documents; see " + RETENTION_MODE + ".");
        indices.key(
                RETENTION,
                ConfigDef.Type.STRING,
                "7d",
                DurationRange.atLeast(Duration.ofHours(1)),
                MEDIUM,
                "How long documents are kept at least. They are deleted together with their index. The age of a daily index counts"
                        + " from the end of its day. If several connectors share a prefix or data stream, the longest retention counts.");
        indices.key(
                RETENTION_MODE,
                ConfigDef.Type.STRING,
                "auto",
                ValidString.in("auto", "lifecycle", "ilm", "janitor", "none"),
                MEDIUM,
                "What deletes old documents. lifecycle: the data stream's own lifecycle (Elasticsearch 8.11 and later). ilm: an index"
                        + " lifecycle policy with the template's name. janitor: the connector. It deletes an index <prefix>-yyyy.MM.dd if its day"
                        + " ended longer than the retention ago and its mapping has the sink's mark"
                        + " (_meta.managed_by=kafka-connect-courier), and nothing else. auto: the first of these that fits and that the server"
                        + " has (GET /_data_stream, GET /_ilm/status); with " + INDEX_TEMPLATE_MANAGE
                        + "=false, nothing. none: nothing is"
                        + " deleted, and no date is too old.");
        delivery.key(
                BULK_MAX_BYTES,
                ConfigDef.Type.INT,
                4 * 1024 * 1024,
                Range.between(1024, MAX_BODY),
                MEDIUM,
                "The number of bytes at which a bulk request is sent, before compression. A larger document is sent alone. If a request"
                        + " exceeds the server's http.max_content_length, the server refuses it and the sink sends smaller ones.");
        delivery.key(
                BULK_MAX_RECORDS,
                ConfigDef.Type.INT,
                5000,
                Range.between(1, 1_000_000),
                MEDIUM,
                "The number of documents at which a bulk request is sent.");
        delivery.key(
                LINGER,
                ConfigDef.Type.STRING,
                "100ms",
                DurationRange.atLeast(Duration.ZERO),
                MEDIUM,
                "How long a document waits for others at most, to fill its bulk request. 0: it does not wait.");
        delivery.key(
                MAX_IN_FLIGHT,
                ConfigDef.Type.INT,
                4,
                Range.between(1, 64),
                MEDIUM,
                "How many bulk requests may be under way at once, per task, from 1 to 64. The sink sends fewer while the server answers"
                        + " 429, and up to four more to probe indices that refuse documents.");
        delivery.key(
                COMPRESSION,
                ConfigDef.Type.BOOLEAN,
                false,
                null,
                LOW,
                "Whether requests are compressed with gzip: about a tenth of the bytes, for more CPU on both sides.");
        delivery.key(
                BUFFER_MAX_BYTES,
                ConfigDef.Type.LONG,
                64L * 1024 * 1024,
                Range.atLeast(1024),
                MEDIUM,
                "Memory for pending records and their requests, per task, in bytes. If it is full, the task's partitions are paused until"
                        + " half of it is free; the records of one poll come on top. Documents for indices that refuse them may take half of it:"
                        + " a partition that uses up its share of that half is paused alone.");
        delivery.key(
                RETRY_BACKOFF_INITIAL,
                ConfigDef.Type.STRING,
                "200ms",
                DurationRange.atLeast(Duration.ofMillis(1)),
                LOW,
                "The first wait after the server could not be reached or was overloaded, or after an index refused documents. Further"
                        + " waits double, with jitter, and attempts have no limit. If the server is in trouble, partitions are paused during the"
                        + " wait; an index in trouble stops only its own documents.");
        delivery.key(
                RETRY_BACKOFF_MAX,
                ConfigDef.Type.STRING,
                "30s",
                DurationRange.atLeast(Duration.ofMillis(1)),
                LOW,
                "The longest wait between two attempts.");
        delivery.key(
                CLOSE_TIMEOUT,
                ConfigDef.Type.STRING,
                "10s",
                DurationRange.atLeast(Duration.ZERO),
                LOW,
                "How long the task waits for answers when partitions are taken from it, or when it stops. Records without an answer by"
                        + " then are read again, and become the same documents. A worker waits only task.shutdown.graceful.timeout.ms (5 s by"
                        + " default) for a task that stops, and then starts its successor next to it, so a longer timeout here needs a longer one"
                        + " there.");
        errors.key(
                ON_MALFORMED,
                ConfigDef.Type.STRING,
                "report",
                ValidString.in("report", "fail", "warn"),
                HIGH,
                "What happens to a record that is not one JSON object, or that the server refuses for good. report: it goes to the dead"
                        + " letter topic, which needs " + ERRORS_TOLERANCE + "=all and " + DEAD_LETTER_TOPIC
                        + ". fail: the task fails. warn: it"
                        + " is logged, counted and skipped.");
        errors.key(
                ON_DESTINATION_FAULT,
                ConfigDef.Type.STRING,
                "retry",
                ValidString.in("retry", "fail"),
                MEDIUM,
                "What the task does if documents are refused for a reason that somebody has to fix: an index (write block, closed, no"
                        + " write index, missing pipeline), the cluster (shard limit), the credentials (401, 403), or a server that can never"
                        + " work (not Elasticsearch 8 or 9, TLS that fails). retry: it holds the offsets, logs an error, and tries again without"
                        + " limit. fail: the task fails.");
        return definition.toConfigDef();
    }

    ElasticsearchTraceSinkConfig(Map<String, String> properties) {
        super(configDef(), properties, false);
    }

    /**
     * The whole configuration of the connector, with all errors in it, also those that the validator of a single key cannot
     * see. Values that a validator refuses are not judged again.
     */
    static CheckedConfig checked(Map<String, String> properties) {
        ConfigErrors errors = new ConfigErrors();
        if (text(properties, ON_MALFORMED, "report").equals("report")) {
            String because =
                    " with " + ON_MALFORMED + "=report, so that a refused record is kept in a dead letter topic"
                            + " and not lost; otherwise set " + ON_MALFORMED + " to fail or warn";
            if (!text(properties, ERRORS_TOLERANCE, "none").equals("all")) {
                errors.add(ERRORS_TOLERANCE, properties.get(ERRORS_TOLERANCE), "must be all" + because);
            }
            if (text(properties, DEAD_LETTER_TOPIC, "").isBlank()) {
                errors.add(DEAD_LETTER_TOPIC, properties.get(DEAD_LETTER_TOPIC), "must name a topic" + because);
            }
        }
        ConnectionConfig.check(properties, errors);
        checkRetention(properties, errors);
        if (text(properties, VALUE_CONVERTER, "").equals("org.apache.kafka.connect.json.JsonConverter")
                && !text(properties, VALUE_CONVERTER + ".schemas.enable", "true")
                        .equalsIgnoreCase("false")) {
            errors.add(
                    VALUE_CONVERTER,
                    properties.get(VALUE_CONVERTER),
                    "expects every value in an envelope of schema and payload, which trace events do not have; use"
                            + " org.apache.kafka.connect.converters.ByteArrayConverter");
        }
        CheckedConfig checked = new CheckedConfig(configDef(), properties);
        checked.addErrors(errors);
        return checked;
    }

    private static void checkRetention(Map<String, String> properties, ConfigErrors errors) {
        String mode = text(properties, RETENTION_MODE, "auto");
        boolean dataStream = text(properties, INDEX_STRATEGY, "daily").equals("datastream");
        if (mode.equals("lifecycle") && !dataStream) {
            errors.add(
                    RETENTION_MODE,
                    mode,
                    "must be auto, ilm, janitor or none with " + INDEX_STRATEGY
                            + "=daily: only data streams have a lifecycle");
        } else if (mode.equals("janitor") && dataStream) {
            errors.add(
                    RETENTION_MODE,
                    mode,
                    "must be auto, lifecycle, ilm or none with " + INDEX_STRATEGY
                            + "=datastream: the janitor deletes only daily indices");
        } else if ((mode.equals("lifecycle") || mode.equals("ilm"))
                && text(properties, INDEX_TEMPLATE_MANAGE, "true").equalsIgnoreCase("false")) {
            errors.add(
                    RETENTION_MODE,
                    mode,
                    "must be auto, janitor or none with " + INDEX_TEMPLATE_MANAGE
                            + "=false: it would have to be written into the template");
        }
    }

    private static String text(Map<String, String> properties, String key, String absent) {
        String value = properties.get(key);
        return value == null ? absent : value;
    }

    ConnectionConfig connection() {
        return new ConnectionConfig(this);
    }

    boolean compression() {
        return getBoolean(COMPRESSION);
    }

    /** How records are delivered. */
    DeliverySettings delivery() {
        return new DeliverySettings(
                getInt(BULK_MAX_BYTES),
                getInt(BULK_MAX_RECORDS),
                duration(LINGER),
                getInt(MAX_IN_FLIGHT),
                getLong(BUFFER_MAX_BYTES),
                duration(RETRY_BACKOFF_INITIAL),
                duration(RETRY_BACKOFF_MAX),
                duration(CLOSE_TIMEOUT),
                constant(OnMalformed.class, ON_MALFORMED),
                constant(OnDestinationFault.class, ON_DESTINATION_FAULT));
    }

    /** What is done about the index template and about old documents. */
    TemplateSettings template() {
        IndexStrategy strategy = constant(IndexStrategy.class, INDEX_STRATEGY);
        RetentionMode mode = constant(RetentionMode.class, RETENTION_MODE);
        return new TemplateSettings(
                connector(),
                strategy,
                strategy == IndexStrategy.DAILY
                        ? getString(INDEX_PREFIX)
                        : DATA_STREAM_PREFIX + getString(DATASTREAM_NAMESPACE),
                getBoolean(INDEX_TEMPLATE_MANAGE),
                mode,
                mode == RetentionMode.NONE ? null : duration(RETENTION));
    }

    /**
     * What becomes a document, and where it goes.
     *
     * @param onUnsampled called for each record that has no document because its trace is not sampled
     */
    Documents documents(Clock clock, Runnable onUnsampled) {
        TemplateSettings template = template();
        IndexNames indices = switch (template.strategy()) {
            case DAILY -> IndexNames.daily(template.name(), template.retention(), clock);
            case DATASTREAM -> IndexNames.dataStream(template.name());
        };
        return Documents.from(
                constant(RecordSource.class, RECORD_SOURCE),
                indices,
                connector(),
                EventPrivacyOptions.read(this, ""),
                onUnsampled);
    }

    /** The connector's name. */
    String connector() {
        return originalsStrings().getOrDefault(NAME, "unnamed");
    }

    /** Sentences for the log about settings that are legal but probably not intended. */
    List<String> hints() {
        List<String> hints = new ArrayList<>();
        String isolation = originalsStrings().getOrDefault(ISOLATION_LEVEL, "");
        if (!isolation.equals("read_committed")) {
            hints.add(
                    ISOLATION_LEVEL + " is " + (isolation.isEmpty() ? "not set" : isolation)
                            + ", so the sink also indexes events of transactions that were aborted, unless the worker sets"
                            + " consumer.isolation.level=read_committed. Set " + ISOLATION_LEVEL
                            + "=read_committed if producers of these topics use transactions, as the connectors of this bundle do");
        }
        TemplateSettings template = template();
        if (!template.isManaged()
                && template.mode() == RetentionMode.AUTO
                && originals().containsKey(RETENTION)) {
            hints.add(RETENTION + " deletes nothing with " + INDEX_TEMPLATE_MANAGE + "=false and " + RETENTION_MODE
                    + "=auto: the template is yours, and so is the deletion of old documents. " + RETENTION_MODE
                    + "=janitor lets the connector delete indices whose mapping has " + TemplateSettings.MARK);
        }
        return hints;
    }

    private <E extends Enum<E>> E constant(Class<E> type, String key) {
        return Enum.valueOf(type, getString(key).toUpperCase(Locale.ROOT));
    }

    private Duration duration(String key) {
        return Durations.parse(getString(key));
    }

    /** Accepts a part of the name of an index. */
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
