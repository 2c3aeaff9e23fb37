/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.json.JsonValue;
import io.kafkacourier.core.json.JsonValue.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text with places that are filled from a record. Immutable. */
final class Template {

    /** A stretch of a template. */
    sealed interface Part {}

    record Text(String text) implements Part {}

    /** What the source in {@code slot} holds; {@code absent} stands for absent and null, and is null for an error. */
    record Field(int slot, @Nullable String absent) implements Part {}

    private final List<Part> parts;

    Template(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    List<Part> parts() {
        return parts;
    }

    /** The text, where it is the same for every record; null where it takes something from the record. */
    @Nullable
    String constant() {
        if (parts.isEmpty()) {
            return "";
        }
        return parts.size() == 1 && parts.get(0) instanceof Text only ? only.text() : null;
    }

    /**
     * Appends the text for the record at hand.
     *
     * @return false where a source without default holds nothing, or any source holds an array or an object
     * @throws JsonException where a source is inside a body that is no JSON as far as it had to be read
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
