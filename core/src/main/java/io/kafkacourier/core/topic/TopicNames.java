/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.topic;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of Kafka for topic names (those of {@code kafka-topics --create}). */
public final class TopicNames {

    /** The longest name a topic can have, in characters. */
    public static final int MAX_LENGTH = 249;

    /** What {@link #targetProblem} has nothing against. */
    public static final String ALLOWED_TARGET = "the name of a topic that does not begin with two underscores";

    /** How the names of the three topics end in which a Connect worker keeps its state. */
    private static final List<String> WORKER_SUFFIXES = List.of("-configs", "-offsets", "-status");

    private static final Set<String> WORKER_TOPICS = Set.of("connect-configs", "connect-offsets", "connect-status");

    private TopicNames() {}

    /** What keeps {@code name} from being the name of a topic, as the end of a sentence; null where nothing does. */
    public static @Nullable String problem(String name) {
        if (name.isEmpty()) {
            return "is empty";
        } else if (name.equals(".") || name.equals("..")) {
            return "is . or ..";
        } else if (name.length() > MAX_LENGTH) {
            return "is longer than " + MAX_LENGTH + " characters";
        }
        return hasLegalCharacters(name) ? null : "has a character other than letters, digits, '.', '_' and '-'";
    }

    /** As {@link #problem}, of a topic that messages are to be sent to: internal ones are none. */
    public static @Nullable String targetProblem(String name) {
        String problem = problem(name);
        return problem == null && isInternal(name) ? "is an internal topic" : problem;
    }

    /** Whether {@code part} has nothing but characters that the name of a topic can have. */
    public static boolean hasLegalCharacters(String part) {
        for (int i = 0; i < part.length(); i++) {
            if (!isLegal(part.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the topic belongs to Kafka itself or to a tool: its name starts with two underscores. */
    public static boolean isInternal(String name) {
        return name.startsWith("__");
    }

    /** Whether the topic is one of those that Kafka's own example of a distributed worker keeps its state in. */
    public static boolean isWorkerTopic(String name) {
        return WORKER_TOPICS.contains(name);
    }

    /**
     * Whether a topic is probably private to Kafka, to a Connect worker or to a tool, so that no name that comes from a
     * record may lead there unasked: its name starts with an underscore ({@code __consumer_offsets}, {@code _schemas}), or
     * ends like a worker's ({@code connect-configs}, {@code eu-connect-offsets}, {@code connect-status}).
     */
    static boolean isReserved(String name) {
        if (name.startsWith("_")) {
            return true;
        }
        for (int i = 0; i < WORKER_SUFFIXES.size(); i++) {
            if (name.endsWith(WORKER_SUFFIXES.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLegal(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
