/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.record;

import io.kafkacourier.core.rule.NamedFields;
import io.kafkacourier.core.rule.ObjectPaths;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.jspecify.annotations.Nullable;

/**
 * Converts Connect's data to plain objects, which are views and copy nothing. A Struct has all fields of its schema; a
 * field without value is null, even if its schema has a default. A Decimal is a number. Date, Time and Timestamp are
 * text in Connect's own form ({@code 2026-01-31}, {@code 12:00:00.000Z}, {@code 2026-01-31T12:00:00.000Z}, all in UTC).
 */
final class ConnectValues {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private ConnectValues() {}

    /** Converts {@code value} for rules. */
    @SuppressWarnings("JavaUtilDate") // the class that Connect's logical types have
    static @Nullable Object plain(@Nullable Schema schema, @Nullable Object value) {
        if (value instanceof Struct struct) {
            return new StructFields(struct);
        } else if (value instanceof List<?> list) {
            return new Elements(schema == null ? null : schema.valueSchema(), list);
        } else if (value instanceof Map<?, ?> map) {
            return new MapFields(schema == null ? null : schema.valueSchema(), map);
        } else if (value instanceof java.util.Date date) {
            return text(schema, date.getTime());
        }
        return value;
    }

    private static String text(@Nullable Schema schema, long epochMs) {
        String type = schema == null ? null : schema.name();
        DateTimeFormatter format =
                Date.LOGICAL_NAME.equals(type) ? DATE : Time.LOGICAL_NAME.equals(type) ? TIME : TIMESTAMP;
        return format.format(Instant.ofEpochMilli(epochMs));
    }

    private record StructFields(Struct struct) implements NamedFields {

        @Override
        public boolean has(String name) {
            return struct.schema().field(name) != null;
        }

        @Override
        public @Nullable Object get(String name) {
            Field field = struct.schema().field(name);
            return plain(field.schema(), struct.getWithoutDefault(name));
        }
    }

    private record MapFields(@Nullable Schema schema, Map<?, ?> map) implements NamedFields {

        @Override
        public boolean has(String name) {
            return ObjectPaths.hasKey(map, name);
        }

        @Override
        public @Nullable Object get(String name) {
            return plain(schema, map.get(name));
        }
    }

    private static final class Elements extends AbstractList<@Nullable Object> {

        private final @Nullable Schema schema;
        private final List<?> list;

        Elements(@Nullable Schema schema, List<?> list) {
            this.schema = schema;
            this.list = list;
        }

        @Override
        public @Nullable Object get(int index) {
            return plain(schema, list.get(index));
        }

        @Override
        public int size() {
            return list.size();
        }
    }
}
