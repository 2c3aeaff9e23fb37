/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms.predicates;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.record.RecordKind;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/**
 * True for every record that is a message on its way to its target. False for the other records of our source
 * connectors: messages on their way to a tier topic, refused messages, and trace events. As the predicate of another
 * transform, it keeps such records away from that transform. Safe for use by several threads.
 */
public final class IsDue<R extends ConnectRecord<R>> implements Predicate<R>, Versioned {

    private static final ConfigDef NO_KEYS = new ConfigDef();

    @Override
    public ConfigDef config() {
        return NO_KEYS;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    /** Reads nothing. */
    @Override
    public void configure(Map<String, ?> properties) {}

    @Override
    public boolean test(R record) {
        return RecordKind.of(record) == RecordKind.MESSAGE;
    }

    @Override
    public void close() {}
}
