/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import com.google.re2j.Pattern;
import io.kafkacourier.core.json.JsonValue;
import io.kafkacourier.core.json.JsonValue.Kind;
import java.util.List;

/** The condition of a test on the value of its source. */
sealed interface Check {

    /** Whether the value passes; it can be absent. */
    boolean passes(JsonValue value);

    /** {@code exists}, {@code not exists}. */
    record Exists(boolean wanted) implements Check {
        @Override
        public boolean passes(JsonValue value) {
            return (value.kind() != Kind.ABSENT) == wanted;
        }
    }

    /** {@code ==}, {@code !=}. */
    record Equal(Literal literal, boolean wanted) implements Check {
        @Override
        public boolean passes(JsonValue value) {
            return value.kind() != Kind.ABSENT && literal.isEqual(value) == wanted;
        }
    }

    /** {@code in}. */
    record In(List<Literal> literals) implements Check {
        public In {
            literals = List.copyOf(literals);
        }

        @Override
        public boolean passes(JsonValue value) {
            for (int i = 0; i < literals.size(); i++) {
                if (literals.get(i).isEqual(value)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** {@code <}, {@code <=}, {@code >}, {@code >=}. */
    record Ordering(Literal.Ordered literal, boolean less, boolean equal) implements Check {
        @Override
        public boolean passes(JsonValue value) {
            if (!literal.isComparable(value)) {
                return false;
            }
            int order = literal.order(value);
            return order == 0 ? equal : (order < 0) == less;
        }
    }

    /** {@code startsWith}. */
    record StartsWith(String prefix) implements Check {
        @Override
        public boolean passes(JsonValue value) {
            return value.startsWithText(prefix);
        }
    }

    /** {@code matches}: the whole text. */
    record Matches(Pattern pattern) implements Check {
        @Override
        public boolean passes(JsonValue value) {
            return value.isText() && pattern.matches(value.text());
        }
    }
}
