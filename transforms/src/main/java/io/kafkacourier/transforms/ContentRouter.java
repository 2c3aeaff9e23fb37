/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.rule.Decision;
import io.kafkacourier.core.rule.FailureLog;
import io.kafkacourier.core.rule.Router;
import io.kafkacourier.core.rule.RouterConfig;
import io.kafkacourier.core.rule.RouterConfig.NoMatch;
import io.kafkacourier.core.rule.RouterConfig.OnError;
import io.kafkacourier.kafka.header.ConnectMessageHeaders;
import io.kafkacourier.kafka.record.ConnectRecordView;
import io.kafkacourier.kafka.record.RecordKind;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Sends each record to the topic of the first rule that matches. Keys and values never change. A record whose topic and
 * partition do not change is returned as the same instance. The transform ignores records of our source connectors that
 * are not messages on their way to their target.
 */
public final class ContentRouter<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {

    private final FailureLog failures = new FailureLog();
    private @Nullable RouterConfig config;
    private HeaderFormat headerFormat = HeaderFormat.AUTO;
    /** One for each thread: a transformation must be safe for several threads, although Connect uses only one. */
    private @Nullable ThreadLocal<Router> router;

    @Override
    public ConfigDef config() {
        return ContentRouterConfig.DEFINITION;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    /**
     * Compiles the rules.
     *
     * @throws org.apache.kafka.common.config.ConfigException with all mistakes
     */
    @Override
    public void configure(Map<String, ?> properties) {
        ContentRouterConfig read = ContentRouterConfig.read(properties);
        config = read.routing();
        headerFormat = read.headerFormat();
        router = ThreadLocal.withInitial(read.routing()::router);
    }

    /**
     * Routes one record.
     *
     * @return null if the record is dropped
     * @throws DataException if the record cannot be routed or matches no rule, and the configuration has {@code fail}
     *     for that case
     */
    @Override
    public @Nullable R apply(R record) {
        if (RecordKind.of(record) != RecordKind.MESSAGE) {
            return record;
        }
        Decision decision = configured(router).get().route(new ConnectRecordView(record));
        if (decision instanceof Decision.Routed routed) {
            return send(record, routed);
        } else if (decision instanceof Decision.Failed failed) {
            return fail(record, failed);
        }
        return keepUnmatched(record);
    }

    @Override
    public void close() {
        if (router != null) {
            router.remove();
            router = null;
        }
    }

    private R send(R record, Decision.Routed routed) {
        Integer partition = routed.partition();
        if (partition == null && record instanceof SinkRecord) {
            // A sink record needs a partition, and no producer chooses one.
            partition = record.kafkaPartition();
        }
        if (routed.topic().equals(record.topic()) && Objects.equals(partition, record.kafkaPartition())) {
            return record;
        }
        return record.newRecord(
                routed.topic(),
                partition,
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp());
    }

    private @Nullable R keepUnmatched(R record) {
        NoMatch behavior = configured(config).noMatch();
        return switch (behavior) {
            case PASSTHROUGH -> record;
            case DROP -> null;
            case FAIL -> throw new DataException(message(record, Reason.NO_MATCH, null));
            case ROUTE -> throw new IllegalStateException("the router knows the topic for records without match");
        };
    }

    private @Nullable R fail(R record, Decision.Failed failed) {
        OnError behavior = configured(config).onError();
        if (behavior == OnError.AUTO) {
            behavior = record instanceof SinkRecord ? OnError.FAIL : OnError.ROUTE;
        }
        return switch (behavior) {
            case PASSTHROUGH -> {
                failures.failed(record.topic(), failed, "stays as it is");
                yield record;
            }
            case DROP -> {
                failures.failed(record.topic(), failed, "is dropped");
                yield null;
            }
            case ROUTE -> {
                failures.failed(
                        record.topic(), failed, "goes to " + configured(config).errorTopic());
                yield sendToErrorTopic(record, failed);
            }
            case FAIL, AUTO -> throw new DataException(message(record, failed.reason(), failed.rule()));
        };
    }

    /**
     * The producer chooses the partition, because the error topic can have fewer partitions than the topic of the
     * record.
     */
    private R sendToErrorTopic(R record, Decision.Failed failed) {
        Headers headers = record.headers().duplicate();
        ConnectMessageHeaders added = new ConnectMessageHeaders(headers, headerFormat.of(record));
        added.removeAll(HeaderNames.ROUTE_PREFIX);
        added.put(HeaderNames.ROUTE_REASON, failed.reason().name());
        added.put(HeaderNames.ROUTE_TOPIC, record.topic());
        if (failed.rule() != null) {
            added.put(HeaderNames.ROUTE_RULE, failed.rule());
        }
        return record.newRecord(
                configured(config).errorTopic(),
                record instanceof SinkRecord ? record.kafkaPartition() : null,
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp(),
                headers);
    }

    private static String message(ConnectRecord<?> record, Reason reason, @Nullable String rule) {
        String position = record instanceof SinkRecord sink
                ? sink.originalTopic() + "-" + sink.originalKafkaPartition() + "@" + sink.originalKafkaOffset()
                : "of " + record.topic();
        return "The record " + position + " cannot be routed: " + reason + (rule == null ? "" : " in rule " + rule);
    }

    private static <T> T configured(@Nullable T part) {
        return Objects.requireNonNull(part, "configure was not called");
    }
}
