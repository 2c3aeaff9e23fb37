/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms.predicates;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.core.config.ConfigErrors;
import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.rule.ConditionExpression;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.record.ConnectRecordView;
import io.kafkacourier.kafka.record.RecordKind;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * True for every record that meets a condition of the rule language. Like {@link IsDue}, it is false for every record
 * of our source connectors that is not a message on its way to its target. Safe for use by several threads.
 */
public final class RecordMatches<R extends ConnectRecord<R>> implements Predicate<R>, Versioned {

    static final String WHEN = "when";

    private static final ConfigDef DEFINITION = new ConfigDefinition()
            .key(
                    WHEN,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    Importance.HIGH,
                    "A condition of the rule language, such as header.tenant_id == 'acme' and value.amount > 100. JSON"
                            + " after a schema id can be read too. If the condition reads a body that is not JSON, such"
                            + " as Avro or Protobuf in bytes, it raises a DataException.")
            .toConfigDef();

    private @Nullable ThreadLocal<ConditionExpression> condition;

    @Override
    public ConfigDef config() {
        return DEFINITION;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    /**
     * Compiles the condition.
     *
     * @throws ConfigException with key, value, position, and what was expected there
     */
    @Override
    public void configure(Map<String, ?> properties) {
        String when =
                Objects.requireNonNull((String) DEFINITION.parse(properties).get(WHEN));
        ConfigErrors errors = new ConfigErrors();
        ConditionExpression first = errors.collect(() -> ConditionExpression.parse(WHEN, when));
        errors.throwIfAny(ConfigException::new);
        condition = ThreadLocal.withInitial(() -> ConditionExpression.parse(WHEN, when));
        condition.set(Objects.requireNonNull(first));
    }

    /**
     * Whether a record meets the condition.
     *
     * @throws DataException if the condition needs a body that is not JSON
     */
    @Override
    public boolean test(R record) {
        if (RecordKind.of(record) != RecordKind.MESSAGE) {
            return false;
        }
        try {
            return Objects.requireNonNull(condition, "configure was not called")
                    .get()
                    .holds(new ConnectRecordView(record));
        } catch (JsonException e) {
            throw new DataException(
                    "The condition of RecordMatches cannot be evaluated for a record of " + record.topic() + ": a body "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        if (condition != null) {
            condition.remove();
            condition = null;
        }
    }
}
