/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.json.JsonNumber;
import io.kafkacourier.core.json.JsonPath;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one expression of the rule language from the value of a configuration key.
 *
 * <pre>
 * condition  = test *("and" test)
 * test       = source op literal | source "exists" | source "not" "exists"
 * source     = "topic" | "partition" | "timestamp" | "header." name | "key" path | "value" path
 * op         = "==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" | "in" | "startsWith" | "matches"
 * literal    = 'text' | number | true | false | null | [ literal, ... ]
 * path       = *("." name | "[" index "]")
 * template   = text with ${source} or ${source|default}
 * </pre>
 *
 * A name in a path consists of letters, digits, {@code _}, {@code -}, {@code $} and {@code @}. The name of a header
 * ends before the next blank, {@code }} or {@code |}. Any other name must be in backticks, with a backslash before each
 * backtick inside (KIP-821).
 */
final class Parser {

    private static final String SOURCE =
            "topic, partition, timestamp, header.<name>, key, key.<path>, value or value.<path>";
    private static final String OPERATOR = "==, !=, <, <=, >, >=, in, startsWith, matches, exists or not exists";
    private static final String SCALAR = "a text in single quotes, a number, true, false or null";

    private final String key;
    private final String text;
    private final Sources sources;
    private int at;

    private Parser(String key, String text, Sources sources) {
        this.key = key;
        this.text = text;
        this.sources = sources;
    }

    /**
     * Reads a condition, and adds its sources to {@code sources}.
     *
     * @throws InvalidConfigurationException with key, value, position, and what was expected there
     */
    static Condition condition(String key, String text, Sources sources) {
        return new Parser(key, text, sources).condition();
    }

    /** Reads a template, like {@link #condition}. */
    static Template template(String key, String text, Sources sources) {
        return new Parser(key, text, sources).template();
    }

    /** Reads one source, like {@link #condition}, and returns its slot. */
    static int source(String key, String text, Sources sources) {
        Parser parser = new Parser(key, text, sources);
        parser.skipBlanks();
        int slot = parser.source();
        parser.skipBlanks();
        if (!parser.atEnd()) {
            throw parser.expected("nothing more");
        }
        return slot;
    }

    private Condition condition() {
        List<Condition.Test> tests = new ArrayList<>();
        skipBlanks();
        tests.add(test());
        skipBlanks();
        while (!atEnd()) {
            int start = at;
            if (!word().equals("and")) {
                throw expected("and, or the end", start);
            }
            skipBlanks();
            tests.add(test());
            skipBlanks();
        }
        return new Condition(tests, sources);
    }

    private Condition.Test test() {
        int start = at;
        int slot = source();
        Operand operand = new Operand(
                text.substring(start, at), SourceType.of(sources.list().get(slot)));
        skipBlanks();
        return new Condition.Test(slot, check(operand));
    }

    /** The source before an operator, with its text and type. */
    private record Operand(String written, SourceType type) {}

    private Check check(Operand operand) {
        int start = at;
        return switch (operator()) {
            case "==" -> new Check.Equal(comparable(operand), true);
            case "!=" -> new Check.Equal(comparable(operand), false);
            case "<" -> new Check.Ordering(ordered(operand), true, false);
            case "<=" -> new Check.Ordering(ordered(operand), true, true);
            case ">" -> new Check.Ordering(ordered(operand), false, false);
            case ">=" -> new Check.Ordering(ordered(operand), false, true);
            case "in" -> new Check.In(list(operand));
            case "startsWith" -> new Check.StartsWith(quoted(operand));
            case "matches" -> new Check.Matches(pattern(operand));
            case "exists" -> new Check.Exists(true);
            case "not" -> notExists();
            default -> throw expected(OPERATOR, start);
        };
    }

    private Check notExists() {
        skipBlanks();
        int start = at;
        if (!word().equals("exists")) {
            throw expected("exists", start);
        }
        return new Check.Exists(false);
    }

    /** An operator or a word; empty if there is neither. */
    private String operator() {
        int start = at;
        while (!atEnd() && "=!<>".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at > start ? text.substring(start, at) : word();
    }

    private Literal scalar() {
        skipBlanks();
        int start = at;
        if (!atEnd() && text.charAt(at) == '\'') {
            return new Literal.Text(quoted());
        } else if (!atEnd() && isNumberPart(text.charAt(at))) {
            return number();
        }
        return switch (word()) {
            case "true" -> Literal.Word.TRUE;
            case "false" -> Literal.Word.FALSE;
            case "null" -> Literal.Word.NULL;
            default -> throw expected(SCALAR, start);
        };
    }

    /**
     * Reads a literal that the operand can be compared with; with any other, the result would be the same for every
     * record.
     */
    private Literal comparable(Operand operand) {
        skipBlanks();
        int start = at;
        Literal literal = scalar();
        if (!operand.type().isComparable(literal)) {
            throw expected(operand.type().comparableWith(operand.written()), start);
        }
        return literal;
    }

    private Literal.Ordered ordered(Operand operand) {
        skipBlanks();
        int start = at;
        if (!(scalar() instanceof Literal.Ordered ordered)) {
            throw expected("a number or a text in single quotes", start);
        } else if (!operand.type().isComparable(ordered)) {
            throw expected(operand.type().comparableWith(operand.written()), start);
        }
        return ordered;
    }

    private Literal.Decimal number() {
        int start = at;
        while (!atEnd() && (isNumberPart(text.charAt(at)) || isLetter(text.charAt(at)))) {
            at++;
        }
        try {
            return new Literal.Decimal(JsonNumber.of(text.substring(start, at)));
        } catch (NumberFormatException e) {
            throw expected("a number such as 17, -1.5 or 1e3", start);
        }
    }

    private List<Literal> list(Operand operand) {
        skipBlanks();
        take('[', "a list such as ['a', 'b'] or [1, 2]");
        List<Literal> literals = new ArrayList<>();
        literals.add(comparable(operand));
        skipBlanks();
        while (!atEnd() && text.charAt(at) == ',') {
            at++;
            literals.add(comparable(operand));
            skipBlanks();
        }
        take(']', "',' or ']'");
        return literals;
    }

    private Pattern pattern(Operand operand) {
        skipBlanks();
        int start = at;
        String expression = quoted(operand);
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw expected("a regular expression of RE2 (" + e.getDescription() + ")", start);
        }
    }

    /** Reads a text that the operand can begin with or match. */
    private String quoted(Operand operand) {
        skipBlanks();
        int start = at;
        String literal = quoted();
        if (!operand.type().canBeText()) {
            throw expected(operand.type().operatorsWithoutText(operand.written()), start);
        }
        return literal;
    }

    /** Reads a text in single quotes; a quote inside is doubled. */
    private String quoted() {
        skipBlanks();
        int start = at;
        take('\'', "a text in single quotes");
        StringBuilder out = new StringBuilder();
        while (true) {
            int quote = text.indexOf('\'', at);
            if (quote < 0) {
                throw expected("a text that ends with a single quote", start);
            }
            out.append(text, at, quote);
            at = quote + 1;
            if (atEnd() || text.charAt(at) != '\'') {
                return out.toString();
            }
            out.append('\'');
            at++;
        }
    }

    private Template template() {
        List<Template.Part> parts = new ArrayList<>();
        while (!atEnd()) {
            int field = text.indexOf("${", at);
            int end = field < 0 ? text.length() : field;
            if (end > at) {
                parts.add(new Template.Text(text.substring(at, end)));
            }
            at = end;
            if (field >= 0) {
                at += 2;
                parts.add(field());
            }
        }
        return new Template(parts);
    }

    private Template.Field field() {
        int slot = source();
        if (!atEnd() && text.charAt(at) == '|') {
            int end = text.indexOf('}', at);
            if (end < 0) {
                at = text.length();
                throw expected("'}'");
            }
            String absent = text.substring(at + 1, end);
            at = end + 1;
            return new Template.Field(slot, absent);
        }
        take('}', "'|' and a default, or '}'");
        return new Template.Field(slot, null);
    }

    private int source() {
        int start = at;
        String name = word();
        return sources.slot(
                switch (name) {
                    case "topic" -> Source.Attribute.TOPIC;
                    case "partition" -> Source.Attribute.PARTITION;
                    case "timestamp" -> Source.Attribute.TIMESTAMP;
                    case "header" -> new Source.Header(headerName());
                    case "key" -> {
                        JsonPath path = path();
                        yield path.steps().isEmpty() ? Source.Attribute.KEY : new Source.InKey(path);
                    }
                    case "value" -> new Source.InValue(path());
                    default -> throw expected(SOURCE, start);
                });
    }

    private String headerName() {
        take('.', "'.' and the name of a header");
        if (!atEnd() && text.charAt(at) == '`') {
            return backticked();
        }
        int start = at;
        while (!atEnd() && !isBlank(text.charAt(at)) && text.charAt(at) != '}' && text.charAt(at) != '|') {
            at++;
        }
        if (at == start) {
            throw expected("the name of a header");
        }
        return text.substring(start, at);
    }

    private JsonPath path() {
        List<JsonPath.Step> steps = new ArrayList<>();
        while (!atEnd()) {
            if (text.charAt(at) == '.') {
                at++;
                steps.add(new JsonPath.Field(pathName()));
            } else if (text.charAt(at) == '[') {
                at++;
                steps.add(new JsonPath.Element(index()));
            } else {
                break;
            }
        }
        return new JsonPath(steps);
    }

    private String pathName() {
        if (!atEnd() && text.charAt(at) == '`') {
            return backticked();
        }
        int start = at;
        while (!atEnd() && isPathName(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        if (at == start) {
            throw expected("a name of letters, digits, _, -, $ and @, or any other in backticks");
        }
        return text.substring(start, at);
    }

    private String backticked() {
        int start = at++;
        StringBuilder out = new StringBuilder();
        while (!atEnd() && text.charAt(at) != '`') {
            if (text.startsWith("\\`", at)) {
                at++;
            }
            out.append(text.charAt(at++));
        }
        if (atEnd()) {
            throw expected("a name that ends with a backtick", start);
        }
        at++;
        return out.toString();
    }

    private int index() {
        int start = at;
        while (!atEnd() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        int index;
        try {
            index = Integer.parseInt(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw expected("the index of an element, from 0 to " + Integer.MAX_VALUE, start);
        }
        take(']', "']'");
        return index;
    }

    private String word() {
        int start = at;
        while (!atEnd() && isLetter(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private void take(char c, String what) {
        if (atEnd() || text.charAt(at) != c) {
            throw expected(what);
        }
        at++;
    }

    private void skipBlanks() {
        while (!atEnd() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private boolean atEnd() {
        return at == text.length();
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c);
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isNumberPart(char c) {
        return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
    }

    private static boolean isPathName(int c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '$' || c == '@';
    }

    private InvalidConfigurationException expected(String what) {
        return expected(what, at);
    }

    private InvalidConfigurationException expected(String what, int position) {
        int lineStart = text.lastIndexOf('\n', position - 1) + 1;
        int lineEnd = text.indexOf('\n', position);
        String line = text.substring(lineStart, lineEnd < 0 ? text.length() : lineEnd);
        return new InvalidConfigurationException(
                key,
                text,
                "at position " + (position + 1) + " expected: " + what + "\n  " + line.replace('\t', ' ') + "\n  "
                        + " ".repeat(position - lineStart) + "^");
    }
}
