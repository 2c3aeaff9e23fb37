/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.json.JsonValue;
import io.kafkacourier.core.json.JsonValue.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text with fields that are filled from a record. Immutable. */
final class Template {

    /** A part of a template. */
    sealed interface Part {}

    record Text(String text) implements Part {}

    /**
     * The value of the source in {@code slot}. {@code absent} is the default for an absent or null value; null if that
     * is an error.
     */
    record Field(int slot, @Nullable String absent) implements Part {}

    private final List<Part> parts;

    Template(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    List<Part> parts() {
        return parts;
    }

    /** The text if it is the same for every record; null if it uses fields of the record. */
    @Nullable
    String constant() {
        if (parts.isEmpty()) {
            return "";
        }
        return parts.size() == 1 && parts.get(0) instanceof Text only ? only.text() : null;
    }

    /**
     * Appends the text for the current record.
     *
     * @return false if a source without default has no value, or any source has an array or an object
     * @throws JsonException if a source is inside a body that is not JSON, as far as it must be read
     */
    boolean render(Fields fields, StringBuilder out) throws JsonException {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Field field) {
                JsonValue value = fields.get(field.slot());
                if (value.isScalar()) {
                    value.appendTo(out);
                } else if (value.kind() == Kind.CONTAINER || field.absent() == null) {
                    return false;
                } else {
                    out.append(field.absent());
                }
            } else {
                out.append(((Text) parts.get(i)).text());
            }
        }
        return true;
    }
}
