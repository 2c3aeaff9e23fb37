/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * An index template as the server shows it.
 *
 * @param body the value of {@code index_template}
 */
record FoundTemplate(JsonNode body) {

    /** Whether the sink wrote it. A template without the sink's mark is somebody else's, whatever its version. */
    boolean isOurs() {
        return isMarked(body.path("_meta"));
    }

    /** Whether {@code _meta} of a template, policy or mapping has the sink's mark. */
    static boolean isMarked(JsonNode meta) {
        return meta.path(TemplateBody.MANAGED_BY).asText().equals(TemplateBody.COURIER);
    }

    /** 0 if it has none. */
    long version() {
        return body.path("version").asLong();
    }

    boolean isForDataStreams() {
        return body.path("data_stream").isObject();
    }

    /** Its note about retention; empty if it has none. */
    String retentionNote() {
        return body.path("_meta").path(TemplateBody.RETENTION).asText();
    }

    /** The notes of the connectors that use it, by the connector's name. */
    Map<String, String> connectors() {
        Map<String, String> connectors = new TreeMap<>();
        for (Map.Entry<String, JsonNode> note :
                body.path("_meta").path(TemplateBody.CONNECTORS).properties()) {
            connectors.put(note.getKey(), note.getValue().asText());
        }
        return connectors;
    }

    /** Whether indices that are created from it have the mark that lets the janitor delete them. */
    boolean marksIndices() {
        return isMarked(body.path("template").path("mappings").path("_meta"));
    }

    /** Whether it has a lifecycle, or names a policy. */
    boolean hasLifecycle() {
        JsonNode template = body.path("template");
        JsonNode settings = template.path("settings");
        return template.path("lifecycle").isObject()
                || settings.hasNonNull("index.lifecycle.name")
                || settings.path("index").path("lifecycle").hasNonNull("name");
    }
}
