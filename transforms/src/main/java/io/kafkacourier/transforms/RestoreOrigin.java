/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.kafka.header.ConnectMessageHeaders;
import io.kafkacourier.kafka.record.RecordKind;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the topic of each record back to its origin topic, so that a sink treats records from its retry topic like
 * records from its own topic. Partition and offset do not change, because the sink commits by them. A record without an
 * origin, or with one that is not allowed, is returned as the same instance. Safe for use by several threads.
 */
public final class RestoreOrigin<R extends ConnectRecord<R>> implements Transformation<R>, Versioned {

    private static final Logger log = LoggerFactory.getLogger(RestoreOrigin.class);

    private final AtomicLong left = new AtomicLong();
    private @Nullable AllowedTopics allowed;

    @Override
    public ConfigDef config() {
        return RestoreOriginConfig.DEFINITION;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    /**
     * Reads the allowed topics.
     *
     * @throws org.apache.kafka.common.config.ConfigException with key, value and what is allowed
     */
    @Override
    public void configure(Map<String, ?> properties) {
        allowed = new RestoreOriginConfig(properties).allowedTopics();
    }

    @Override
    public R apply(R record) {
        if (RecordKind.of(record) != RecordKind.MESSAGE) {
            return record;
        }
        String origin = new ConnectMessageHeaders(record.headers(), ConnectMessageHeaders.Form.STRING)
                .text(HeaderNames.ORIGIN_TOPIC);
        if (origin == null || origin.equals(record.topic())) {
            return record;
        } else if (TopicNames.problem(origin) != null
                || !Objects.requireNonNull(allowed, "configure was not called").allows(origin)) {
            leave(record.topic());
            return record;
        }
        return record.newRecord(
                origin,
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp());
    }

    /** How many records had an origin that is not allowed. */
    long left() {
        return left.get();
    }

    /** Logs the first record, the second, the fourth and so on, but never the origin, which anyone can write. */
    private void leave(String topic) {
        long count = left.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            log.warn(
                    "{} records so far, the last one in {}, have an origin that topics.allow and topics.allow.internal"
                            + " do not allow",
                    count,
                    topic);
        }
    }

    @Override
    public void close() {}
}
