/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.FailureReading;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.source.config.SettingsText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings that decide whether and when a message is tried again.
 *
 * @param horizonMs the longest wait that is held in memory
 * @param maxAttempts how many retries there are after the first delivery, at least 0
 * @param retriable class names of errors that are always tried again
 * @param nonRetriable class names of errors that a further attempt does not fix
 * @param expireAfterMs how long after its first failure a message expires; null if it never does
 * @param grantMax how many further retries the headers of a redriven message may grant, at least 0
 * @param target the topic that messages are tried again in
 * @param reading how failures are read
 */
record RetrySettings(
        long horizonMs,
        int maxAttempts,
        Backoff backoff,
        Set<String> retriable,
        Set<String> nonRetriable,
        @Nullable Long expireAfterMs,
        int grantMax,
        RetryTarget target,
        FailureReading reading) {

    /** The limit of versions that stored none. */
    private static final int GRANT_MAX_BEFORE = 100;

    RetrySettings {
        retriable = Set.copyOf(retriable);
        nonRetriable = Set.copyOf(nonRetriable);
        if (horizonMs < 0 || maxAttempts < 0 || grantMax < 0 || (expireAfterMs != null && expireAfterMs < 0)) {
            throw new IllegalArgumentException("horizon " + horizonMs + ", attempts " + maxAttempts + ", grant "
                    + grantMax + " and expiry " + expireAfterMs + " must not be below 0");
        }
    }

    /** The settings of the current version. */
    RetrySettings(
            long horizonMs,
            int maxAttempts,
            Backoff backoff,
            Set<String> retriable,
            Set<String> nonRetriable,
            @Nullable Long expireAfterMs,
            int grantMax,
            RetryTarget target) {
        this(
                horizonMs,
                maxAttempts,
                backoff,
                retriable,
                nonRetriable,
                expireAfterMs,
                grantMax,
                target,
                FailureReading.SECOND);
    }

    /** The reader of failures. A failure of a dead letter is at most the longest wait later than its record. */
    FailureReader failures() {
        return new FailureReader(reading, backoff.maxMs());
    }

    /** One line that {@link #parse} reads. */
    String text() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("horizon", Long.toString(horizonMs));
        values.put("attempts", Integer.toString(maxAttempts));
        values.put("initial", Long.toString(backoff.initialMs()));
        values.put("multiplier", Double.toString(backoff.multiplier()));
        values.put("max", Long.toString(backoff.maxMs()));
        values.put("jitter", Double.toString(backoff.jitter()));
        values.put("retriable", String.join(",", new TreeSet<>(retriable)));
        values.put("fatal", String.join(",", new TreeSet<>(nonRetriable)));
        if (expireAfterMs != null) {
            values.put("expire", Long.toString(expireAfterMs));
        }
        values.put("grant", Integer.toString(grantMax));
        values.put("to", target.topic());
        if (reading != FailureReading.FIRST) {
            values.put("read", Integer.toString(reading.number()));
        }
        return SettingsText.write(values);
    }

    /** @throws IllegalArgumentException if {@link #text} did not write the text */
    static RetrySettings parse(String text) {
        SettingsText values = SettingsText.read(text);
        String expire = values.find("expire");
        String grant = values.find("grant");
        return new RetrySettings(
                Long.parseLong(values.require("horizon")),
                Integer.parseInt(values.require("attempts")),
                new Backoff(
                        Long.parseLong(values.require("initial")),
                        Double.parseDouble(values.require("multiplier")),
                        Long.parseLong(values.require("max")),
                        Double.parseDouble(values.require("jitter"))),
                names(values.require("retriable")),
                names(values.require("fatal")),
                expire == null ? null : Long.valueOf(expire),
                grant == null ? GRANT_MAX_BEFORE : Integer.parseInt(grant),
                new RetryTarget(target(values)),
                FailureReading.of(values.find("read")));
    }

    /** An earlier version stored only whether the topic depends on the origin. */
    private static String target(SettingsText values) {
        String topic = values.find("to");
        if (topic != null) {
            return topic;
        }
        return Boolean.parseBoolean(values.require("origin")) ? RetryTarget.ORIGIN : "";
    }

    private static Set<String> names(String list) {
        return list.isEmpty() ? Set.of() : new TreeSet<>(Arrays.asList(list.split(",", -1)));
    }
}
