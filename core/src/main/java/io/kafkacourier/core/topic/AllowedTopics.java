/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.topic;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which topics a name may lead to. This is the one place that decides about names that come from a record: its writer must
 * not reach topics that Kafka, Connect or a tool keep their own state in. Such a name must match a pattern whole. A
 * {@linkplain TopicNames#isReserved reserved} one must be listed literally instead: no pattern ever opens it. Immutable; safe for use by several threads.
 */
public final class AllowedTopics {

    private final @Nullable Pattern pattern;
    private final Set<String> internal;

    private AllowedTopics(@Nullable Pattern pattern, Set<String> internal) {
        this.pattern = pattern;
        this.internal = internal;
    }

    /** Every topic that is not reserved. */
    public static AllowedTopics any() {
        return new AllowedTopics(null, Set.of());
    }

    /**
     * Every topic that is not reserved and whose whole name matches; of an empty expression, every one.
     *
     * @param expression a regular expression of RE2, the engine that matches in linear time
     * @throws IllegalArgumentException if it is none, naming what is wrong with it and what is allowed
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

    /** Every topic that is not reserved and whose whole name matches. */
    public static AllowedTopics matching(Pattern pattern) {
        return new AllowedTopics(pattern, Set.of());
    }

    /** The same, and those of the reserved names that are in {@code names}. */
    public AllowedTopics withInternal(Collection<String> names) {
        return new AllowedTopics(pattern, Set.copyOf(names));
    }

    /** Whether a legal name that comes from a record may be used. Does not check legality ({@link TopicNames#problem}). */
    public boolean allows(String topic) {
        return TopicNames.isReserved(topic) ? internal.contains(topic) : matches(topic);
    }

    /** Whether a name that comes from a record is refused whatever the pattern: reserved, and not listed. */
    public boolean isGuarded(String topic) {
        return TopicNames.isReserved(topic) && !internal.contains(topic);
    }

    /** Whether the pattern matches a name: all that is asked of one that comes from the configuration. */
    public boolean matches(String topic) {
        return pattern == null || pattern.matches(topic);
    }
}
