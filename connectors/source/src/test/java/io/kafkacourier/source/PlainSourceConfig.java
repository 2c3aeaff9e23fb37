/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;

import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.kafka.config.DurationRange;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the connector {@code plain}, which reads {@code orders}. The value of a record says how many milliseconds
 * after its timestamp it is due; its key names its target.
 */
final class PlainSourceConfig extends SourceConfig {

    private static final ConfigDef DEFINITION = new SourceDefinition()
            .group("All")
            .inputs("")
            .watching()
            .timestamp()
            .key("target.topic", ConfigDef.Type.STRING, "out", null, HIGH, "")
            .key("refused.topic", ConfigDef.Type.STRING, "refused", null, HIGH, "")
            .key(TARGET_TOPICS_ALLOW, ConfigDef.Type.STRING, "", null, HIGH, "")
            .key("reports.refused", ConfigDef.Type.BOOLEAN, true, null, HIGH, "")
            .key("wait.max", ConfigDef.Type.STRING, "1h", DurationRange.atLeast(Duration.ZERO), HIGH, "")
            .internalTargets()
            .largestRecord()
            .waiting("wait.max")
            .trace("")
            .security()
            .toConfigDef();

    private PlainSourceConfig(Map<String, String> properties) {
        super(DEFINITION, properties);
    }

    /** With further properties, given as key, value, key, value. */
    static PlainSourceConfig with(String... properties) {
        Map<String, String> all = new HashMap<>(Map.of(
                "name", "plain",
                "bootstrap.servers", "localhost:9092",
                "topics", "orders",
                "target.topics.allow", "out.*"));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return new PlainSourceConfig(all);
    }

    @Override
    public String kind() {
        return "plain";
    }

    @Override
    protected String longestWaitKey() {
        return "wait.max";
    }

    @Override
    protected Policies<ConsumerRecord<byte[], byte[]>, Outgoing> inputPolicies(String topic) {
        Policy<ConsumerRecord<byte[], byte[]>, Outgoing> policy =
                new ValueAsWait(duration(HORIZON).toMillis());
        return Policies.of(policy, settings -> policy);
    }

    private record ValueAsWait(long horizonMs) implements Policy<ConsumerRecord<byte[], byte[]>, Outgoing> {

        @Override
        public String settings() {
            return "plain";
        }

        @Override
        public Entry<Outgoing> judge(ConsumerRecord<byte[], byte[]> record) {
            long waitMs = Long.parseLong(new String(record.value(), UTF_8));
            return Entry.due(
                    record.offset(),
                    record.timestamp(),
                    waitMs == 0 ? 0 : record.timestamp() + waitMs,
                    RecordSize.held(record),
                    PlainMessage.to(new String(record.key(), UTF_8), record));
        }
    }

    @Override
    protected FromTier fromTier() {
        return (record, refusal) -> new PlainMessage(
                record, new Target(new String(record.key(), UTF_8), "header target", true), refusal, null);
    }

    @Override
    protected InvalidBehavior invalidBehavior() {
        return InvalidBehavior.ROUTE;
    }

    @Override
    protected @Nullable EventType refused() {
        return getBoolean("reports.refused") ? EventType.DEAD_LETTER : null;
    }

    @Override
    protected String refusedTopicKey() {
        return "refused.topic";
    }

    @Override
    protected String targetKey() {
        return "target.topic";
    }
}
