/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

/** The possible values of a source, as far as they are known without a record. */
enum SourceType {
    /** Always text. */
    TEXT("a text in single quotes", "is always a text"),
    /** Always a number. */
    NUMBER("a number", "is always a number"),
    /** Text that can mean a number, {@code true} or {@code false}, but is never null. */
    KEY(
            "a text in single quotes, a number, true or false",
            "is never null; for records without a key write: key not exists"),
    /** Anything. */
    ANY("a text in single quotes, a number, true, false or null", "can be anything");

    private static final String OPERATORS_OF_NUMBERS = "==, !=, <, <=, >, >=, in, exists or not exists";

    private final String literals;
    private final String reason;

    SourceType(String literals, String reason) {
        this.literals = literals;
        this.reason = reason;
    }

    /** The type of a source. */
    static SourceType of(Source source) {
        if (source instanceof Source.Attribute attribute) {
            return switch (attribute) {
                case TOPIC -> TEXT;
                case PARTITION, TIMESTAMP -> NUMBER;
                case KEY -> KEY;
            };
        }
        return ANY;
    }

    /** Whether a source of this type can be compared with a literal. */
    boolean isComparable(Literal literal) {
        return switch (this) {
            case TEXT -> literal instanceof Literal.Text;
            case NUMBER -> literal instanceof Literal.Decimal;
            case KEY -> literal != Literal.Word.NULL;
            case ANY -> true;
        };
    }

    /** Whether a source of this type can be text, as {@code startsWith} and {@code matches} need. */
    boolean canBeText() {
        return this != NUMBER;
    }

    /** The literals that {@link #isComparable} accepts, and why only these, as the end of "expected: ". */
    String comparableWith(String source) {
        return literals + ", because " + source + " " + reason;
    }

    /** The operators for a source that is never text, as the end of "expected: ". */
    String operatorsWithoutText(String source) {
        return "one of " + OPERATORS_OF_NUMBERS + " instead, because " + source + " " + reason
                + " and only a text can begin with a text or match an expression";
    }
}
