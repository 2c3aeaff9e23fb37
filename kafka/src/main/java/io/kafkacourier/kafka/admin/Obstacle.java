/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Locale;

/** Why a topic takes no records at the moment. The names are values of metrics, and public API. */
public enum Obstacle {
    /** It does not exist. */
    MISSING("does not exist"),
    /** We may not look at it, or not write to it. */
    NOT_ALLOWED("may not be written to"),
    /** A partition has no leader. */
    NO_LEADER("has a partition without a leader"),
    /** A partition has fewer replicas in sync than {@code min.insync.replicas}. */
    UNDER_MIN_ISR("has a partition with fewer replicas in sync than min.insync.replicas"),
    /** One look found it missing, or not to be written to, and a second one has not confirmed that yet. */
    UNCONFIRMED("was not found, or may not be written to, which a second look is to confirm"),
    /** The cluster does not answer. */
    NO_ANSWER("is unknown, as the cluster does not answer"),
    /** Nothing is known against it. */
    OTHER("seems to be fine");

    private final String text;

    Obstacle(String text) {
        this.text = text;
    }

    /** What is wrong, as the end of a sentence whose subject is the topic. */
    public String text() {
        return text;
    }

    /** The value of the tag of a metric, such as {@code no-leader}. */
    public String tagValue() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
