/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;

import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.DurationRange;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.source.message.InvalidBehavior;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.PlainMessage;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.message.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The configuration of the connector {@code plain}, which reads {@code orders}. The value of a record is its delay in
 * milliseconds after its timestamp; its key names its target.
 */
public final class PlainSourceConfig {

    private static final ConfigDef DEFINITION = new ConfigDefinition()
            .group("All")
            .keys(group -> SourceKeys.inputs(group, ""))
            .keys(SourceKeys::watching)
            .keys(SourceKeys::timestamp)
            .key("target.topic", ConfigDef.Type.STRING, "out", null, HIGH, "")
            .key("refused.topic", ConfigDef.Type.STRING, "refused", null, HIGH, "")
            .key(SourceConfig.TARGET_TOPICS_ALLOW, ConfigDef.Type.STRING, "", null, HIGH, "")
            .key("wait.max", ConfigDef.Type.STRING, "1h", DurationRange.atLeast(Duration.ZERO), HIGH, "")
            .keys(SourceKeys::internalTargets)
            .keys(SourceKeys::largestRecord)
            .keys(group -> SourceKeys.waiting(group, "wait.max"))
            .keys(group -> SourceKeys.trace(group, ""))
            .keys(SourceKeys::security)
            .toConfigDef();

    private PlainSourceConfig() {}

    /** The behaviour of the connector with further properties, given as key, value, key, value. */
    public static Behaviour with(String... properties) {
        return with(SourceKind.DELAY, properties);
    }

    /** The behaviour of a connector of that kind. */
    public static Behaviour with(SourceKind kind, String... properties) {
        Map<String, String> all = new HashMap<>(Map.of(
                "name", "plain",
                "bootstrap.servers", "localhost:9092",
                "topics", "orders",
                "target.topics.allow", "out.*"));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return behaviour(new SourceConfig(kind, DEFINITION, all));
    }

    private static Behaviour behaviour(SourceConfig config) {
        long longestMs = config.duration("wait.max").toMillis();
        Policy<ConsumerRecord<byte[], byte[]>, Outgoing> policy = new ValueAsWait(config.horizonMs());
        return new Behaviour(
                config,
                new SourceTopics(
                        Map.of("orders", SourceConfig.TOPICS),
                        "target.topic",
                        "refused.topic",
                        config.outputs("target.topic", "refused.topic", SourceConfig.TRACE_TOPIC),
                        Set.of(),
                        new OwnTopics(Map.of(), List.of(), List.of(), OwnTopics.Partitions.BY_BROKER)),
                new WaitSettings("wait.max", longestMs, config.ladder(longestMs), Map.of(), 0),
                topic -> Policies.of(policy, settings -> policy),
                (record, refusal) -> new PlainMessage(
                        record, new Target(new String(record.key(), UTF_8), "header target", true), refusal, null),
                InvalidBehavior.ROUTE,
                Behaviour.Timestamps.ANY,
                1);
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
}
