/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.topic;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Kafka's rules for topic names (those of {@code kafka-topics --create}). */
public final class TopicNames {

    /** The longest name a topic can have, in characters. */
    public static final int MAX_LENGTH = 249;

    /** The names that {@link #targetProblem} accepts, for error messages. */
    public static final String ALLOWED_TARGET = "the name of a topic that does not begin with two underscores";

    /** The ends of the names of the three topics in which a Connect worker keeps its state. */
    private static final List<String> WORKER_SUFFIXES = List.of("-configs", "-offsets", "-status");

    private static final Set<String> WORKER_TOPICS = Set.of("connect-configs", "connect-offsets", "connect-status");

    private TopicNames() {}

    /** Why {@code name} is not a legal topic name, as the end of a sentence; null if it is legal. */
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

    /** Like {@link #problem}, for a target of messages, which must not be internal. */
    public static @Nullable String targetProblem(String name) {
        String problem = problem(name);
        return problem == null && isInternal(name) ? "is an internal topic" : problem;
    }

    /** Whether all characters of {@code part} are allowed in the name of a topic. */
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

    /** Whether the topic is one of those in which Kafka's example of a distributed worker keeps its state. */
    public static boolean isWorkerTopic(String name) {
        return WORKER_TOPICS.contains(name);
    }

    /**
     * Whether a topic is probably private to Kafka, to a Connect worker or to a tool, so that a record can only choose
     * it if the configuration lists it: its name starts with an underscore ({@code __consumer_offsets}, {@code
     * _schemas}), or ends like a worker's ({@code connect-configs}, {@code eu-connect-offsets}, {@code
     * connect-status}).
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
