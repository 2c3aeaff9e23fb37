/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import io.kafkacourier.retry.config.RetryKeys;
import io.kafkacourier.retry.config.SharedConfig;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.source.Running;
import io.kafkacourier.source.SourceType;
import io.kafkacourier.source.Work;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.OwnTopics;
import io.kafkacourier.source.config.SourceConfig;
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

/** The configuration of the retry connector in mode redrive, in which dead letters are sent back and no message waits. */
public final class RedriveConfig {

    /** Mode redrive, as connector and task see it. */
    public static final SourceType TYPE = new SourceType(
            RedriveChecks::checked, RedriveConfig::read, RedriveProgress::checkDeletion, RedriveConfig::begin);

    private final SharedConfig shared;
    private final SourceConfig config;

    RedriveConfig(SharedConfig shared) {
        this.shared = shared;
        this.config = shared.source();
    }

    /**
     * Reads the behaviour of a connector in mode redrive.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a key has a value that its validator does not accept
     */
    static Behaviour read(Map<String, String> properties) {
        return new RedriveConfig(new SharedConfig(properties)).behaviour();
    }

    private static void begin(Work.Start start, Consumer<Running> begun) {
        SharedConfig shared = new SharedConfig(start.behaviour().config());
        RedrivePlan plan = new RedriveConfig(shared).plan();
        Redrive.begin(plan, shared.target(), shared.story(), shared.failures(), start, begun);
    }

    private Behaviour behaviour() {
        return new Behaviour(
                config,
                topics(),
                new WaitSettings(
                        RetryKeys.BACKOFF_MAX,
                        config.duration(RetryKeys.BACKOFF_MAX).toMillis(),
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
        outputs.put(RetryKeys.NAME, control);
        if (!shared.target().needsOrigin()) {
            outputs.put(RetryKeys.RETRY_TOPIC, shared.target().topic());
        }
        Map<String, NewTopic> own = shared.ownTopics();
        own.put(control, new NewTopic(control, 1, (short) -1).configs(SharedConfig.DELETED));
        List<NewTopic> created = new ArrayList<>();
        outputs.values().forEach(output -> created.add(Objects.requireNonNull(own.get(output))));
        return new SourceTopics(
                shared.inputs(),
                RetryKeys.RETRY_TOPIC,
                RetryKeys.DEAD_LETTER_TOPIC,
                outputs,
                Set.of(control),
                new OwnTopics(own, List.of(), created, OwnTopics.Partitions.AS_LARGEST_INPUT));
    }

    /** What to redrive, how fast and how often. */
    RedrivePlan plan() {
        return new RedrivePlan(
                config.connectorName(),
                config.getString(RetryKeys.RETRY_TOPIC),
                config.getString(RetryKeys.REDRIVE_WHEN),
                config.getInt(RetryKeys.REDRIVE_RATE),
                config.getBoolean(RetryKeys.REDRIVE_DRY_RUN),
                config.getInt(RetryKeys.REDRIVE_MAX),
                config.getInt(RetryKeys.MAX_ATTEMPTS));
    }
}
