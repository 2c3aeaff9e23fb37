/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.core.time.Durations;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How long the connectors that write to one prefix or data stream keep documents, and who deletes them. Each connector notes
 * its own choice in the template that they share, as {@code <deleter> <duration>}. The longest retention counts, so that no
 * connector deletes documents that another one keeps.
 *
 * @param own null if documents are kept forever
 * @param others the notes of the other connectors by name
 */
record Retentions(String connector, @Nullable Duration own, Map<String, String> others) {

    private static final String FOREVER = "forever";

    /** The notes in a template, as one connector sees them; its own note is ignored. */
    static Retentions of(TemplateSettings settings, @Nullable FoundTemplate template) {
        Map<String, String> others = new TreeMap<>();
        if (template != null && template.isOurs()) {
            others.putAll(template.connectors());
            others.remove(settings.connector());
        }
        return new Retentions(settings.connector(), settings.retention(), others);
    }

    /**
     * The notes that indices keep of a template that is lost, as one connector sees them: each index has the notes of the
     * template that it was created with. Of several notes of one connector, the longest counts.
     *
     * @param mappings the answer to a request for the mappings of indices
     */
    static Retentions recovered(TemplateSettings settings, JsonNode mappings) {
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
        others.remove(settings.connector());
        return new Retentions(settings.connector(), settings.retention(), others);
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
            // A lifecycle that another one has set up stays; otherwise the two would keep rewriting the template.
            return others.values().stream()
                    .map(Retentions::deleterOf)
                    .filter(deleter -> deleter == Deleter.ILM || deleter == Deleter.LIFECYCLE)
                    .findFirst()
                    .orElse(chosen);
        }
        return chosen;
    }

    /** The notes of all connectors, including this one. */
    Map<String, String> notes(Deleter chosen) {
        Map<String, String> notes = new TreeMap<>(others);
        notes.put(connector, note(chosen));
        return notes;
    }

    /** The note of this connector. */
    String note(Deleter chosen) {
        return chosen.name().toLowerCase(Locale.ROOT) + ' ' + (own == null ? FOREVER : TemplateBody.time(own));
    }

    /** The connectors that keep documents longer than this one, by name, each with its retention. */
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
