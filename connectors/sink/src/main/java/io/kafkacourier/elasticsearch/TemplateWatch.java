/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the managed template is looked at: at the start, when the task meets an index that it does not know, and every ten
 * minutes, since a template can be deleted or lost with a cluster that is restored. An index that is new to the task waits
 * until the template has been found in place; without it the index would get a mapping of the server's invention. Not safe
 * for use by several threads.
 */
final class TemplateWatch {

    private static final long INTERVAL_MS = Duration.ofMinutes(10).toMillis();

    private final @Nullable ManagedTemplate template;
    private boolean inPlace;
    private long nextLookMs;

    /** @param template null if it is the user's: nothing waits for it then */
    TemplateWatch(@Nullable ManagedTemplate template, long nowMs) {
        this.template = template;
        this.inPlace = template == null;
        this.nextLookMs = nowMs + INTERVAL_MS;
    }

    /**
     * Moves on what there is to do.
     *
     * @throws DestinationFault if the server refused it, once for each attempt
     */
    void advance(long nowMs) {
        if (template == null) {
            return;
        }
        if (nowMs >= nextLookMs) {
            nextLookMs = nowMs + INTERVAL_MS;
            template.lookAgain();
        }
        inPlace = template.isInPlace(nowMs);
    }

    /** The task meets an index that it does not know. */
    void indexIsNew() {
        if (template != null) {
            template.lookAgain();
        }
    }

    /** Whether documents may be written at all. */
    boolean isInPlace() {
        return inPlace;
    }

    /** Whether an index that the task has known since then may be written to. */
    boolean isInPlaceFor(long knownSinceMs) {
        return inPlace && (template == null || template.isConfirmedSince(knownSinceMs));
    }

    /** Whether the server is being asked, so that more may be known soon. */
    boolean isChecking() {
        return template != null && template.isChecking();
    }

    /** Whether the last check failed for a reason that waiting does not cure. */
    boolean isFaulty() {
        return template != null && template.isFaulty();
    }
}
