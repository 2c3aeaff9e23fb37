/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.topic;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which topics a name that comes from a message may lead to: legal ones, never internal ones, and only those that a
 * pattern matches whole. Immutable; safe for use by several threads.
 */
public final class AllowedTopics {

    private final @Nullable Pattern pattern;

    private AllowedTopics(@Nullable Pattern pattern) {
        this.pattern = pattern;
    }

    /** Every legal topic that is not internal. */
    public static AllowedTopics any() {
        return new AllowedTopics(null);
    }

    /**
     * Every legal topic that is not internal and whose whole name matches; of an empty expression, every one.
     *
     * @param expression a regular expression of RE2, the engine that matches in linear time
     * @throws IllegalArgumentException where it is none, saying what is wrong with it and what is allowed
     */
    public static AllowedTopics matching(String expression) {
        return expression.isEmpty() ? any() : matching(compile(expression));
    }

    /**
     * Compiles an expression for whole names.
     *
     * @throws IllegalArgumentException as {@link #matching(String)}
     */
    public static Pattern compile(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "is not a regular expression of RE2 (" + e.getDescription() + "); allowed: an expression that"
                            + " matches whole topic names, without back references and look-around",
                    e);
        }
    }

    /** Every legal topic that is not internal and whose whole name matches. */
    public static AllowedTopics matching(Pattern pattern) {
        return new AllowedTopics(pattern);
    }

    /** Whether a legal name may be used; of illegal names it says nothing ({@link TopicNames#problem}). */
    public boolean allows(String topic) {
        return !TopicNames.isInternal(topic) && (pattern == null || pattern.matches(topic));
    }
}
