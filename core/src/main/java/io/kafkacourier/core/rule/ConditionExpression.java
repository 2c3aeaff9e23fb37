/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.json.JsonException;

/**
 * One condition of the rule language, such as {@code header.tenant_id == 'acme' and value.amount > 100}, as the value of
 * a configuration key. Not safe for use by several threads.
 */
public final class ConditionExpression {

    private final Condition condition;
    private final Fields fields;

    private ConditionExpression(Condition condition, Sources sources) {
        this.condition = condition;
        this.fields = new Fields(sources);
    }

    /**
     * Reads a condition.
     *
     * @throws InvalidConfigurationException with key, value, position, and what was expected there
     */
    public static ConditionExpression parse(String key, String text) {
        Sources sources = new Sources();
        return new ConditionExpression(Parser.condition(key, text, sources), sources);
    }

    /**
     * Whether a record meets the condition.
     *
     * @throws JsonException if a test needs a body that is not JSON, as far as it must be read
     */
    public boolean holds(RecordView record) throws JsonException {
        fields.begin(record);
        return condition.holds(fields);
    }
}
