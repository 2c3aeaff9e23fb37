/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The connector and task that a thread of the worker works for. Connect does not pass them to a transformation, but
 * writes them to the logging context of the thread (KIP-449), in the form {@code [<connector>|task-<task>] }.
 *
 * @param connector null if not known, for example because the worker's logging has no such context
 * @param task null if not known
 */
record ConnectorContext(
        @Nullable String connector, @Nullable Integer task) {

    private static final String KEY = "connector.context";
    private static final String TASK = "|task-";
    private static final ConnectorContext UNKNOWN = new ConnectorContext(null, null);

    /** The context of the calling thread. */
    static ConnectorContext current() {
        return parse(MDC.get(KEY));
    }

    /** Reads the logging context. */
    static ConnectorContext parse(@Nullable String text) {
        if (text == null || !text.startsWith("[")) {
            return UNKNOWN;
        }
        int taskAt = text.lastIndexOf(TASK);
        int nameEnd = taskAt > 0 ? taskAt : text.lastIndexOf('|');
        return nameEnd <= 1 ? UNKNOWN : new ConnectorContext(text.substring(1, nameEnd), task(text, taskAt));
    }

    private static @Nullable Integer task(String text, int taskAt) {
        if (taskAt < 0) {
            return null;
        }
        int start = taskAt + TASK.length();
        int end = start;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        try {
            return Integer.valueOf(text.substring(start, end));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
