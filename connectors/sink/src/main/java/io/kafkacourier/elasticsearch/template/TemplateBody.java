/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The JSON that the sink writes to the cluster in addition to documents: the index template, and the policy of index lifecycle
 * management that the template may name.
 */
final class TemplateBody {

    /** Has to be raised with every change of the template. */
    static final long VERSION = 2;

    /** Where the template notes the retention it was written for, in {@code _meta}. */
    static final String RETENTION = "retention";

    /** Where the template notes what each connector that uses it wants, in {@code _meta}. */
    static final String CONNECTORS = "connectors";

    /** The sink's mark, in {@code _meta} of the template, of the policy, and of the mapping of each index. */
    static final String MANAGED_BY = "managed_by";

    /** The value of {@link #MANAGED_BY}. */
    static final String COURIER = "kafka-connect-courier";

    private static final Map<String, Object> MANAGED = Map.of(MANAGED_BY, COURIER);
    /** Above the templates of Elasticsearch itself (100), below the priorities that its documentation leaves to users (500). */
    private static final int DAILY_PRIORITY = 200;
    /** Also above the templates that Elasticsearch's agents install for traces-*-*. */
    private static final int DATA_STREAM_PRIORITY = 550;

    private final TemplateSettings settings;
    private final Retentions retentions;
    private final boolean daily;

    /** For a connector that does not share its template. */
    TemplateBody(TemplateSettings settings) {
        this(settings, Retentions.of(settings, null));
    }

    TemplateBody(TemplateSettings settings, Retentions retentions) {
        this.settings = settings;
        this.retentions = retentions;
        this.daily = settings.isDaily();
    }

    /** The path of the mappings of all indices that the template is for. */
    String mappingsPath() {
        return "/" + pattern() + "/_mapping?filter_path=*.mappings._meta";
    }

    private String pattern() {
        // With a hyphen and the first digit of a year, it does not match indices of a longer prefix that begins with
        // this one.
        return daily ? settings.name() + "-2*" : settings.name();
    }

    /** What the template notes about retention. If it changes, the template has to be written again. */
    String retentionNote(Deleter chosen) {
        return switch (retentions.deleter(chosen)) {
            case LIFECYCLE -> "lifecycle " + retention();
            case ILM -> "ilm";
            case JANITOR, NOBODY -> "none";
        };
    }

    /** The retention as Elasticsearch writes it. */
    String retention() {
        return time(kept());
    }

    /**
     * The body of the template.
     *
     * @param chosen who deletes by the configuration of this connector
     */
    String template(Deleter chosen) {
        return template(chosen, TraceMapping.mapping(timestamp()));
    }

    /** As {@link #template(Deleter)}, for Elasticsearch before 8.3, which does not know {@code subobjects}. */
    String templateWithoutSubobjects(Deleter chosen) {
        return template(chosen, TraceMapping.withoutSubobjects(timestamp()));
    }

    private String template(Deleter chosen, Map<String, Object> mapping) {
        Deleter deleter = retentions.deleter(chosen);
        Map<String, Object> mappings = new HashMap<>(mapping);
        // Indices keep the notes of the template that they were created with, so the notes can be restored from there.
        mappings.put("_meta", Map.of(MANAGED_BY, COURIER, CONNECTORS, retentions.notes(chosen)));
        Map<String, Object> indexSettings = new HashMap<>(Map.of("index.mapping.ignore_malformed", true));
        Map<String, Object> template = new HashMap<>(Map.of("mappings", mappings, "settings", indexSettings));
        if (deleter == Deleter.ILM) {
            indexSettings.put("index.lifecycle.name", settings.name());
        } else if (deleter == Deleter.LIFECYCLE) {
            template.put("lifecycle", Map.of("data_retention", retention()));
        }
        Map<String, Object> meta = new HashMap<>(MANAGED);
        meta.put(RETENTION, retentionNote(chosen));
        meta.put(CONNECTORS, retentions.notes(chosen));
        Map<String, Object> body = new HashMap<>(Map.of(
                "index_patterns", List.of(pattern()),
                "priority", daily ? DAILY_PRIORITY : DATA_STREAM_PRIORITY,
                "version", VERSION,
                "_meta", meta,
                "template", template));
        if (!daily) {
            body.put("data_stream", Map.of());
        }
        return json(body);
    }

    /** A data stream does not accept a template in which its timestamp may be malformed. */
    private Map<String, Object> timestamp() {
        return daily ? Map.of("type", "date") : Map.of("type", "date", "ignore_malformed", false);
    }

    /**
     * The body of the policy. Its ages count from the creation of a daily index, at the beginning of its day, or from the
     * rollover of an index of a data stream.
     */
    String policy() {
        Duration retention = kept();
        Map<String, Object> delete = Map.of(
                "min_age",
                daily ? time(retention.plusDays(1)) : time(retention),
                "actions",
                Map.of("delete", Map.of()));
        Map<String, Object> rollover = Map.of("max_age", "1d", "max_primary_shard_size", "50gb");
        Map<String, Object> phases = daily
                ? Map.of("delete", delete)
                : Map.of("hot", Map.of("actions", Map.of("rollover", rollover)), "delete", delete);
        Map<String, Object> meta = new HashMap<>(MANAGED);
        meta.put(RETENTION, retention());
        return json(Map.of("policy", Map.of("_meta", meta, "phases", phases)));
    }

    private Duration kept() {
        return Objects.requireNonNull(retentions.longest(), "documents that are kept forever are not deleted");
    }

    /** A duration as Elasticsearch writes it, in the largest unit that leaves no remainder. */
    static String time(Duration duration) {
        if (duration.equals(Duration.ofDays(duration.toDays()))) {
            return duration.toDays() + "d";
        } else if (duration.equals(Duration.ofHours(duration.toHours()))) {
            return duration.toHours() + "h";
        }
        return duration.toSeconds() + "s";
    }

    private static String json(Map<String, Object> body) {
        try {
            return new JsonMapper().writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts and numbers is always JSON", e);
        }
    }
}
