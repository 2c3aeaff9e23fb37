/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonNumber;
import io.kafkacourier.core.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** A constant of a rule, to compare with a value of a record. */
sealed interface Literal {

    /**
     * Whether a value, which is not absent, is equal: it has the same type, or is untyped text that means the number,
     * {@code true} or {@code false}.
     */
    boolean isEqual(JsonValue value);

    /** The constants {@code true}, {@code false} and {@code null}. */
    enum Word implements Literal {
        TRUE(JsonValue.Kind.TRUE, "true"),
        FALSE(JsonValue.Kind.FALSE, "false"),
        NULL(JsonValue.Kind.NULL, null);

        private final JsonValue.Kind kind;
        /** Its form as untyped text; null if it has none. */
        private final @Nullable String untyped;

        Word(JsonValue.Kind kind, @Nullable String untyped) {
            this.kind = kind;
            this.untyped = untyped;
        }

        @Override
        public boolean isEqual(JsonValue value) {
            return value.kind() == JsonValue.Kind.UNTYPED
                    ? untyped != null && value.equalsText(untyped)
                    : value.kind() == kind;
        }
    }

    /** A constant with an order: numbers by value, texts by code point. */
    sealed interface Ordered extends Literal {

        /** Whether the value can be compared with this. */
        boolean isComparable(JsonValue value);

        /** Compares a comparable value with this, like {@code compareTo}. */
        int order(JsonValue value);
    }

    record Text(String text) implements Ordered {

        @Override
        public boolean isEqual(JsonValue value) {
            return value.equalsText(text);
        }

        @Override
        public boolean isComparable(JsonValue value) {
            return value.isText();
        }

        @Override
        public int order(JsonValue value) {
            String other = value.text();
            int length = Math.min(other.length(), text.length());
            for (int i = 0; i < length; i++) {
                char a = other.charAt(i);
                char b = text.charAt(i);
                if (a != b) {
                    // Code units have the same order as code points, except surrogates, which come after all others.
                    return Character.isSurrogate(a) == Character.isSurrogate(b)
                            ? Character.compare(a, b)
                            : Character.isSurrogate(a) ? 1 : -1;
                }
            }
            return Integer.compare(other.length(), text.length());
        }
    }

    record Decimal(JsonNumber number) implements Ordered {

        @Override
        public boolean isEqual(JsonValue value) {
            return isComparable(value) && order(value) == 0;
        }

        @Override
        public boolean isComparable(JsonValue value) {
            return value.isNumber();
        }

        @Override
        public int order(JsonValue value) {
            return value.compareNumber(number);
        }
    }
}
