/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.routing;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Converts maps to Structs. Assumes that the elements of a list have the same type and that null is an optional string.
 */
final class Structs {

    private Structs() {}

    static Struct of(Map<?, ?> map) {
        return (Struct) value(schema(map), map);
    }

    private static Schema schema(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            SchemaBuilder struct = SchemaBuilder.struct();
            map.forEach((name, field) -> struct.field((String) name, schema(field)));
            return struct.build();
        } else if (value instanceof List<?> list) {
            return SchemaBuilder.array(schema(list.get(0))).build();
        } else if (value instanceof Boolean) {
            return Schema.BOOLEAN_SCHEMA;
        } else if (value instanceof Integer) {
            return Schema.INT32_SCHEMA;
        } else if (value instanceof Double) {
            return Schema.FLOAT64_SCHEMA;
        }
        return Schema.OPTIONAL_STRING_SCHEMA;
    }

    private static Object value(Schema schema, Object value) {
        if (value instanceof Map<?, ?> map) {
            Struct struct = new Struct(schema);
            map.forEach((name, field) -> {
                if (field != null) {
                    struct.put((String) name, value(schema.field((String) name).schema(), field));
                }
            });
            return struct;
        } else if (value instanceof List<?> list) {
            return list.stream()
                    .map(element -> value(schema.valueSchema(), element))
                    .toList();
        }
        return value;
    }
}
