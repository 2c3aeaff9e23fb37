/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import io.kafkacourier.core.trace.TraceField;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the fields of a trace event are indexed, in an index that also accepts any other JSON object. Three things make that
 * possible:
 *
 * <ul>
 *   <li>Fields have no parents ({@code subobjects: false}): an object in place of an event's text, such as {@code
 *       {"status":{"code":1}}}, is another field, {@code status.code}, which is not indexed. This works from Elasticsearch
 *       8.11 on; before, such an object is refused.
 *   <li>Numbers, dates and booleans that cannot be read are kept and not indexed ({@code index.mapping.ignore_malformed}),
 *       as are keywords that are too long ({@code ignore_above}).
 *   <li>The names of the Elastic Common Schema are fields of their own, to which the server copies values. They are not
 *       aliases: a document that writes to an alias is refused.
 * </ul>
 *
 * One limit remains: the server refuses to copy an object, so the four fields that are copied cannot hold one.
 */
final class TraceMapping {

    /** Each field that has a second name in the Elastic Common Schema, except {@link TraceField#SERVICE}. */
    private static final Map<TraceField, String> COPIES = Map.of(
            TraceField.TRACE_ID, "trace.id",
            TraceField.SPAN_ID, "span.id",
            TraceField.PARENT_SPAN_ID, "parent.id",
            TraceField.MESSAGE_ID, "message.id");

    private static final int IGNORE_ABOVE = 1024;

    /** Longer texts are kept in the document but cannot be searched; without this they would be refused. */
    private static final Map<String, Object> KEYWORD = Map.of("type", "keyword", "ignore_above", IGNORE_ABOVE);

    private TraceMapping() {}

    /**
     * The mapping of an index.
     *
     * @param timestamp the mapping of {@code @timestamp}
     */
    static Map<String, Object> mapping(Map<String, Object> timestamp) {
        Map<String, Object> properties = properties(timestamp);
        COPIES.forEach((field, name) -> {
            properties.put(field.text(), Map.of("type", "keyword", "ignore_above", IGNORE_ABOVE, "copy_to", name));
            properties.put(name, KEYWORD);
        });
        return Map.of("dynamic", false, "date_detection", false, "subobjects", false, "properties", properties);
    }

    /**
     * As {@link #mapping}, for Elasticsearch before 8.3: objects in place of an event's fields are refused, and the names
     * with dots are left out, because their parents would refuse documents with a text {@code message} or {@code trace}.
     */
    static Map<String, Object> withoutSubobjects(Map<String, Object> timestamp) {
        return Map.of("dynamic", false, "date_detection", false, "properties", properties(timestamp));
    }

    private static Map<String, Object> properties(Map<String, Object> timestamp) {
        Map<String, Object> properties = new TreeMap<>();
        for (TraceField field : TraceField.values()) {
            properties.put(field.text(), property(field));
        }
        // A part of its field and not a copy, so that {"service":{"name":"shop"}} is accepted.
        properties.put(
                TraceField.SERVICE.text(),
                Map.of("type", "keyword", "ignore_above", IGNORE_ABOVE, "fields", Map.of("name", KEYWORD)));
        properties.put(TraceField.TIMESTAMP.text(), timestamp);
        return properties;
    }

    private static Map<String, Object> property(TraceField field) {
        return switch (field.kind()) {
            case KEYWORD -> KEYWORD;
            case TEXT -> Map.of("type", "text");
            case DATE -> Map.of("type", "date");
            case LONG -> Map.of("type", "long");
            case BOOLEAN -> Map.of("type", "boolean");
        };
    }
}
