/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import io.kafkacourier.core.log.Reminder;
import io.kafkacourier.kafka.admin.InputTopic;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the topics to read, and checks their settings each time. A new input whose settings would lose messages is left out
 * until they are fixed; the other inputs are read. An input that is read already, and a tier, is read on regardless of its
 * settings. Both cases are counted, and logged at ERROR once a minute. For one thread at a time; any thread may read the
 * counts.
 */
public final class TopicInspection implements Supplier<List<InputTopic>> {

    static final Duration REMIND = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(TopicInspection.class);

    private final SourcePreflight preflight;
    private final Supplier<List<InputTopic>> inputs;
    private final Function<List<InputTopic>, List<InputTopic>> tiers;
    private final Reminder reminder;
    /** Kafka's ids of the tiers that the last inspection found, by name. */
    private final Map<String, String> tierIds = new HashMap<>();

    private volatile int leftOut;
    private volatile int endangered;

    /**
     * @param preflight has already checked everything once
     * @param inputs finds the inputs
     * @param tiers finds the tiers of inputs, and creates missing ones
     */
    public TopicInspection(
            SourcePreflight preflight,
            Supplier<List<InputTopic>> inputs,
            Function<List<InputTopic>, List<InputTopic>> tiers,
            Clock clock) {
        this.preflight = preflight;
        this.inputs = inputs;
        this.tiers = tiers;
        this.reminder = new Reminder(REMIND, clock);
    }

    /** The topics to read: the inputs, and then the tiers. */
    @Override
    public List<InputTopic> get() {
        Preflight look = preflight.begin();
        List<InputTopic> found = inputs.get();
        List<InputTopic> read = new ArrayList<>();
        int notRead = 0;
        int inDanger = 0;
        Map<String, List<Preflight.Finding>> wrong = preflight.checkAgain(look, found);
        for (InputTopic input : found) {
            List<Preflight.Finding> findings = wrong.getOrDefault(input.name(), List.of());
            if (findings.isEmpty() || preflight.isChecked(input)) {
                read.add(input);
                inDanger += findings.isEmpty() ? 0 : 1;
                say("is read, but its messages are in danger", input, findings);
            } else {
                notRead++;
                say("is not read", input, findings);
            }
        }
        List<InputTopic> ofInputs = tiers.apply(read);
        wrong = preflight.checkAgain(look, ofInputs);
        for (InputTopic tier : ofInputs) {
            List<Preflight.Finding> findings = wrong.getOrDefault(tier.name(), List.of());
            inDanger += findings.isEmpty() ? 0 : 1;
            say("is a tier, and the messages in it are in danger", tier, findings);
            sayIfAnother(tier);
        }
        leftOut = notRead;
        endangered = inDanger;
        read.addAll(ofInputs);
        return read;
    }

    /**
     * Logs that a tier was created anew. A task notices that only if messages left the tier before: otherwise it has no
     * stored offset that it could miss.
     */
    private void sayIfAnother(InputTopic tier) {
        String before = tierIds.put(tier.name(), tier.id());
        if (before != null && !before.equals(tier.id())) {
            log.error(
                    "Tier {} was deleted and created anew: the messages that waited in it are lost. Only the"
                            + " connector may delete from its tiers",
                    tier.name());
        }
    }

    /** How many inputs are not read because of their settings. */
    public int leftOut() {
        return leftOut;
    }

    /** How many topics are read although their settings may lose messages. */
    public int endangered() {
        return endangered;
    }

    private void say(String what, InputTopic topic, List<Preflight.Finding> findings) {
        if (findings.isEmpty()) {
            reminder.forget(topic.name());
        } else if (reminder.isDue(topic.name())) {
            findings.forEach(finding -> log.error("Topic {} {}: {}", topic.name(), what, finding.text()));
        }
    }
}
