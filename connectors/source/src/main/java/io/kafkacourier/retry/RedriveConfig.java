/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.source.Running;
import io.kafkacourier.source.Work;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.OwnTopics;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceKind;
import io.kafkacourier.source.config.SourceTopics;
import io.kafkacourier.source.config.WaitSettings;
import io.kafkacourier.source.message.InvalidBehavior;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The configuration of {@link RetrySourceConnector} in mode redrive, in which dead letters are sent back and no message
 * waits.
 */
final class RedriveConfig {

    private final SourceConfig config;
    private final RetrySourceConfig retry;

    RedriveConfig(SourceConfig config) {
        this.config = config;
        this.retry = new RetrySourceConfig(config);
    }

    /**
     * Reads the behaviour of a connector in mode redrive.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a key has a value that its validator does not accept
     */
    static Behaviour read(Map<String, String> properties) {
        return new RedriveConfig(new SourceConfig(SourceKind.RETRY, RetrySourceConfig.DEFINITION, properties))
                .behaviour();
    }

    /** Begins the redrive: see {@link Work#begin}. */
    static void begin(Work.Start start, Consumer<Running> begun) {
        RedriveConfig config = new RedriveConfig(start.behaviour().config());
        RetrySourceConfig retry = config.retry;
        Redrive.begin(
                config.plan(), retry.target(), retry.story(), retry.settings().failures(), start, begun);
    }

    private Behaviour behaviour() {
        return new Behaviour(
                config,
                topics(),
                new WaitSettings(
                        RetrySourceConfig.BACKOFF_MAX,
                        config.duration(RetrySourceConfig.BACKOFF_MAX).toMillis(),
                        Ladder.none(),
                        Map.of(),
                        0),
                topic -> {
                    throw new IllegalStateException("a redrive schedules nothing");
                },
                (record, refusal) -> {
                    throw new IllegalStateException("a redrive has no tiers");
                },
                InvalidBehavior.ROUTE,
                Behaviour.Timestamps.ANY,
                1);
    }

    private SourceTopics topics() {
        String control = plan().controlTopic();
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put(RetrySourceConfig.NAME, control);
        if (!retry.target().needsOrigin()) {
            outputs.put(RetrySourceConfig.RETRY_TOPIC, retry.target().topic());
        }
        Map<String, NewTopic> own = retry.ownTopics();
        own.put(control, new NewTopic(control, 1, (short) -1).configs(RetrySourceConfig.DELETED));
        List<NewTopic> created = new ArrayList<>();
        outputs.values().forEach(output -> created.add(Objects.requireNonNull(own.get(output))));
        return new SourceTopics(
                retry.inputs(),
                RetrySourceConfig.RETRY_TOPIC,
                RetrySourceConfig.DEAD_LETTER_TOPIC,
                outputs,
                Set.of(control),
                new OwnTopics(own, List.of(), created, OwnTopics.Partitions.AS_LARGEST_INPUT));
    }

    /** What to redrive, how fast and how often. */
    RedrivePlan plan() {
        return new RedrivePlan(
                config.connectorName(),
                config.getString(RetrySourceConfig.RETRY_TOPIC),
                config.getString(RetrySourceConfig.REDRIVE_WHEN),
                config.getInt(RetrySourceConfig.REDRIVE_RATE),
                config.getBoolean(RetrySourceConfig.REDRIVE_DRY_RUN),
                config.getInt(RetrySourceConfig.REDRIVE_MAX),
                config.getInt(RetrySourceConfig.MAX_ATTEMPTS));
    }
}
