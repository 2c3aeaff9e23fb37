/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fields that are the same in all events of one client or task, and are encoded only once. For any thread. */
public final class SharedFields {

    private final Set<TraceField> names = EnumSet.noneOf(TraceField.class);
    private final byte[] json;

    private SharedFields(Map<TraceField, @Nullable String> keywords) {
        FlatJson written = new FlatJson();
        keywords.forEach((field, text) -> {
            String keyword = TraceEvent.keyword(text);
            if (field.kind() != TraceField.Kind.KEYWORD) {
                throw new IllegalArgumentException(field.text() + " is of kind " + field.kind() + ", not KEYWORD");
            } else if (keyword != null) {
                written.text(field.json(), keyword);
                names.add(field);
            }
        });
        this.json = written.members();
    }

    /**
     * Encodes fields of kind KEYWORD; null and empty values are left out.
     *
     * @throws IllegalArgumentException if a field is of another kind
     */
    public static SharedFields of(Map<TraceField, @Nullable String> keywords) {
        return new SharedFields(keywords);
    }

    Set<TraceField> names() {
        return names;
    }

    /** The form for {@link FlatJson#members}; must not be changed. */
    byte[] json() {
        return json;
    }
}
