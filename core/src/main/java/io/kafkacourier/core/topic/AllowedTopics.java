/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.topic;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which topics can be used. All topic names from records are checked here, because the writer of a record must
 * not reach topics in which Kafka, Connect or a tool keep their state. The whole name must match a pattern. A
 * {@linkplain TopicNames#isReserved reserved} name must be listed literally instead: no pattern allows it. Immutable;
 * safe for use by several threads.
 */
public final class AllowedTopics {

    private final @Nullable Pattern pattern;
    private final Set<String> internal;

    private AllowedTopics(@Nullable Pattern pattern, Set<String> internal) {
        this.pattern = pattern;
        this.internal = internal;
    }

    /** Allows every topic that is not reserved. */
    public static AllowedTopics any() {
        return new AllowedTopics(null, Set.of());
    }

    /**
     * Allows every topic that is not reserved and whose whole name matches. An empty expression matches every name.
     *
     * @param expression a regular expression of RE2, which matches in linear time
     * @throws IllegalArgumentException if it is not, with what is wrong with it and what is allowed
     */
    public static AllowedTopics matching(String expression) {
        return expression.isEmpty() ? any() : matching(compile(expression));
    }

    /**
     * Compiles an expression for whole names.
     *
     * @throws IllegalArgumentException like {@link #matching(String)}
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

    /** Allows every topic that is not reserved and whose whole name matches. */
    public static AllowedTopics matching(Pattern pattern) {
        return new AllowedTopics(pattern, Set.of());
    }

    /** Allows the same topics, and the reserved names in {@code names}. */
    public AllowedTopics withInternal(Collection<String> names) {
        return new AllowedTopics(pattern, Set.copyOf(names));
    }

    /** Whether a legal name from a record can be used. Does not check legality ({@link TopicNames#problem}). */
    public boolean allows(String topic) {
        return TopicNames.isReserved(topic) ? internal.contains(topic) : matches(topic);
    }

    /** Whether a name from a record is refused for every pattern, because it is reserved and not listed. */
    public boolean isGuarded(String topic) {
        return TopicNames.isReserved(topic) && !internal.contains(topic);
    }

    /** Whether the pattern matches a name. This is the only check for a name from the configuration. */
    public boolean matches(String topic) {
        return pattern == null || pattern.matches(topic);
    }
}
