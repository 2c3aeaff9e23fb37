/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * One source of the rule language, such as {@code header.tenant_id}, {@code key} or {@code value.order.id}, as the value
 * of a configuration key. Not safe for use by several threads.
 */
public final class SourceExpression {

    private final int slot;
    private final Fields fields;

    private SourceExpression(int slot, Sources sources) {
        this.slot = slot;
        this.fields = new Fields(sources);
    }

    /**
     * Reads a source.
     *
     * @throws InvalidConfigurationException with key, value, position, and what was expected there
     */
    public static SourceExpression parse(String key, String text) {
        Sources sources = new Sources();
        return new SourceExpression(Parser.source(key, text, sources), sources);
    }

    /**
     * The text of the source in a record; for a number, its written form.
     *
     * @return null if it is absent, null, an array or an object
     * @throws JsonException if it is inside a body that is not JSON, as far as it must be read
     */
    public @Nullable String text(RecordView record) throws JsonException {
        fields.begin(record);
        JsonValue value = fields.get(slot);
        return value.isScalar() ? value.text() : null;
    }
}
