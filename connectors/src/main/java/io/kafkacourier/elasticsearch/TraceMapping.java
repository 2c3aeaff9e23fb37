/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.core.trace.TraceField;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the fields of a trace event are indexed. */
final class TraceMapping {

    /** A name of the Elastic Common Schema, as object and field, and what it stands for. */
    private record Alias(String object, String field, TraceField path) {}

    private static final List<Alias> ALIASES = List.of(
            new Alias("trace", "id", TraceField.TRACE_ID),
            new Alias("span", "id", TraceField.SPAN_ID),
            new Alias("parent", "id", TraceField.PARENT_SPAN_ID),
            new Alias("message", "id", TraceField.MESSAGE_ID));

    /** Longer texts are kept in the document but cannot be searched; without it they would be refused. */
    private static final Map<String, Object> KEYWORD = Map.of("type", "keyword", "ignore_above", 1024);

    private TraceMapping() {}

    /** The {@code properties} of a mapping. */
    static Map<String, Object> properties() {
        Map<String, Object> properties = new TreeMap<>();
        for (TraceField field : TraceField.values()) {
            properties.put(field.text(), property(field.kind()));
        }
        for (Alias alias : ALIASES) {
            Map<String, Object> field =
                    Map.of("type", "alias", "path", alias.path().text());
            properties.put(alias.object(), Map.of("properties", Map.of(alias.field(), field)));
        }
        // A field cannot be an object too, so service.name is no alias but the same keyword once more.
        properties.put(
                TraceField.SERVICE.text(),
                Map.of("type", "keyword", "ignore_above", 1024, "fields", Map.of("name", KEYWORD)));
        return properties;
    }

    private static Map<String, Object> property(TraceField.Kind kind) {
        return switch (kind) {
            case KEYWORD -> KEYWORD;
            case TEXT -> Map.of("type", "text");
            case DATE -> Map.of("type", "date");
            case LONG -> Map.of("type", "long");
            case BOOLEAN -> Map.of("type", "boolean");
        };
    }
}
