/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Locale;

/** Why a topic accepts no records at the moment. The names are values of metrics, and public API. */
public enum Obstacle {
    /** It does not exist. */
    MISSING("does not exist"),
    /** The client may not describe it, or not write to it. */
    NOT_ALLOWED("may not be written to"),
    /** A partition has no leader. */
    NO_LEADER("has a partition without a leader"),
    /** A partition has fewer replicas in sync than {@code min.insync.replicas}. */
    UNDER_MIN_ISR("has a partition with fewer replicas in sync than min.insync.replicas"),
    /** One check found it missing or not writable, and no second check has confirmed that yet. */
    UNCONFIRMED("was not found, or may not be written to; a second check will confirm this"),
    /** The cluster does not answer. */
    NO_ANSWER("is unknown, because the cluster does not answer"),
    /** No obstacle is known. */
    OTHER("seems to be fine");

    private final String text;

    Obstacle(String text) {
        this.text = text;
    }

    /** The obstacle, as the end of a sentence whose subject is the topic. */
    public String text() {
        return text;
    }

    /** The value of the tag of a metric, such as {@code no-leader}. */
    public String tagValue() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
