/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.record;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A second implementation of the comparisons of the rule language, from its specification, as simple as possible and
 * without any class of the product.
 */
final class RuleModel {

    /** The value of a source. */
    sealed interface Cell {}

    record Absent() implements Cell {}

    record Null() implements Cell {}

    record Truth(boolean truth) implements Cell {}

    record Num(BigDecimal number) implements Cell {}

    record Text(String text) implements Cell {}

    /** Text of a header or a key. */
    record Untyped(String text) implements Cell {}

    /** An array, an object, or bytes. */
    record Container() implements Cell {}

    /** A condition: the literal is a String, a BigDecimal, a Boolean, {@link Null}, or a List of these; unused for exists. */
    record Comparison(String source, String operator, Object literal) {}

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private RuleModel() {}

    /** Whether the language has a condition with this operator and literal, for any source. */
    static boolean isWritable(Comparison comparison) {
        Object literal = comparison.literal();
        return switch (comparison.operator()) {
            case "<", "<=", ">", ">=" -> literal instanceof String || literal instanceof BigDecimal;
            case "startsWith", "matches" -> literal instanceof String;
            default -> true;
        };
    }

    /** Whether the source can have a value of the literal's type; for a list, of the given member's type. */
    static boolean isPossible(Comparison comparison, Object literal) {
        return switch (comparison.operator()) {
            case "exists", "not exists" -> true;
            case "startsWith", "matches" -> !List.of("partition", "timestamp").contains(comparison.source());
            default ->
                switch (comparison.source()) {
                    case "topic" -> literal instanceof String;
                    case "partition", "timestamp" -> literal instanceof BigDecimal;
                    case "key" -> !(literal instanceof Null);
                    default -> true;
                };
        };
    }

    /** Whether the condition holds for the value of its source. */
    static boolean holds(Comparison comparison, Cell cell) {
        Object literal = comparison.literal();
        if (cell instanceof Absent) {
            return comparison.operator().equals("not exists");
        }
        return switch (comparison.operator()) {
            case "exists" -> true;
            case "not exists" -> false;
            case "==" -> isEqual(cell, literal);
            case "!=" -> !isEqual(cell, literal);
            case "in" -> ((List<?>) literal).stream().anyMatch(member -> isEqual(cell, member));
            case "startsWith" ->
                text(cell).filter(text -> text.startsWith((String) literal)).isPresent();
            case "matches" ->
                text(cell)
                        .filter(text -> Pattern.matches((String) literal, text))
                        .isPresent();
            default -> isOrdered(comparison.operator(), cell, literal);
        };
    }

    private static boolean isEqual(Cell cell, Object literal) {
        if (literal instanceof Null) {
            return cell instanceof Null;
        } else if (literal instanceof Boolean truth) {
            return cell.equals(new Truth(truth)) || cell.equals(new Untyped(truth.toString()));
        } else if (literal instanceof BigDecimal number) {
            return number(cell).filter(held -> held.compareTo(number) == 0).isPresent();
        }
        return text(cell).filter(literal::equals).isPresent();
    }

    private static boolean isOrdered(String operator, Cell cell, Object literal) {
        Optional<Integer> order = literal instanceof BigDecimal number
                ? number(cell).map(held -> held.compareTo(number))
                : text(cell).map(held -> compare(held, (String) literal));
        return order.filter(sign -> switch (operator) {
                    case "<" -> sign < 0;
                    case "<=" -> sign <= 0;
                    case ">" -> sign > 0;
                    default -> sign >= 0;
                })
                .isPresent();
    }

    private static int compare(String a, String b) {
        return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }

    private static Optional<String> text(Cell cell) {
        if (cell instanceof Untyped untyped) {
            return Optional.of(untyped.text());
        }
        return cell instanceof Text text ? Optional.of(text.text()) : Optional.empty();
    }

    private static Optional<BigDecimal> number(Cell cell) {
        if (cell instanceof Untyped untyped && NUMBER.matcher(untyped.text()).matches()) {
            return Optional.of(new BigDecimal(untyped.text()));
        }
        return cell instanceof Num num ? Optional.of(num.number()) : Optional.empty();
    }
}
