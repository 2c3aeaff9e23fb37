/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.core.time.Durations;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How long the connectors that write to one prefix or data stream keep documents, and who deletes them. Each notes its own
 * choice in the template that they share, as {@code <deleter> <duration>}. The longest retention counts, so that no
 * connector deletes what another one keeps.
 *
 * @param own null keeps documents forever
 * @param others the notes of the other connectors by name
 */
record Retentions(String connector, @Nullable Duration own, Map<String, String> others) {

    private static final String FOREVER = "forever";

    /** What {@code template} notes, seen from one connector; that connector's own note is not looked at. */
    static Retentions of(ElasticsearchTraceSinkConfig config, @Nullable FoundTemplate template) {
        Map<String, String> others = new TreeMap<>();
        if (template != null && template.isOurs()) {
            others.putAll(template.connectors());
            others.remove(config.connector());
        }
        return new Retentions(config.connector(), config.retention(), others);
    }

    /**
     * What indices remember of a template that is lost, seen from one connector: each has the notes of the template it was
     * made with. Of several notes of one connector the longest counts.
     *
     * @param mappings the answer to a request for the mappings of indices
     */
    static Retentions recovered(ElasticsearchTraceSinkConfig config, JsonNode mappings) {
        Map<String, String> others = new TreeMap<>();
        for (JsonNode index : mappings) {
            JsonNode meta = index.path("mappings").path("_meta");
            if (FoundTemplate.isMarked(meta)) {
                meta.path(TemplateBody.CONNECTORS)
                        .properties()
                        .forEach(note ->
                                others.merge(note.getKey(), note.getValue().asText(), Retentions::longer));
            }
        }
        others.remove(config.connector());
        return new Retentions(config.connector(), config.retention(), others);
    }

    private static String longer(String note, String other) {
        Optional<Duration> one = durationOf(note);
        Optional<Duration> two = durationOf(other);
        return one.isEmpty() || (two.isPresent() && one.get().compareTo(two.get()) >= 0) ? note : other;
    }

    /** The longest of all; null if a connector keeps documents forever. */
    @Nullable
    Duration longest() {
        Duration longest = own;
        for (String note : others.values()) {
            Optional<Duration> other = durationOf(note);
            if (longest == null || other.isEmpty()) {
                return null;
            }
            longest = longest.compareTo(other.get()) < 0 ? other.get() : longest;
        }
        return longest;
    }

    /**
     * Who deletes for all of them.
     *
     * @param chosen who deletes by the configuration of this connector
     */
    Deleter deleter(Deleter chosen) {
        if (longest() == null) {
            return Deleter.NOBODY;
        } else if (chosen == Deleter.JANITOR || chosen == Deleter.NOBODY) {
            // What another one has set up on the server stays, or the two would rewrite the template to and fro.
            return others.values().stream()
                    .map(Retentions::deleterOf)
                    .filter(deleter -> deleter == Deleter.ILM || deleter == Deleter.LIFECYCLE)
                    .findFirst()
                    .orElse(chosen);
        }
        return chosen;
    }

    /** The notes of all, this connector's included. */
    Map<String, String> notes(Deleter chosen) {
        Map<String, String> notes = new TreeMap<>(others);
        notes.put(connector, note(chosen));
        return notes;
    }

    /** The note of this connector. */
    String note(Deleter chosen) {
        return chosen.name().toLowerCase(Locale.ROOT) + ' ' + (own == null ? FOREVER : TemplateBody.time(own));
    }

    /** The others that keep documents longer than this connector, by name, with how long. */
    Map<String, String> longer() {
        Map<String, String> longer = new TreeMap<>();
        others.forEach((name, note) -> {
            Optional<Duration> other = durationOf(note);
            if (own != null && (other.isEmpty() || other.get().compareTo(own) > 0)) {
                longer.put(name, other.map(TemplateBody::time).orElse(FOREVER));
            }
        });
        return longer;
    }

    /** Empty for forever, and for a note that cannot be read: deleting too late does less harm than too early. */
    private static Optional<Duration> durationOf(String note) {
        String duration = note.substring(note.indexOf(' ') + 1);
        try {
            return Optional.of(Durations.parse(duration));
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    private static Deleter deleterOf(String note) {
        for (Deleter deleter : Deleter.values()) {
            if (note.startsWith(deleter.name().toLowerCase(Locale.ROOT) + ' ')) {
                return deleter;
            }
        }
        return Deleter.NOBODY;
    }
}
