/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.rule.Decision;
import io.kafkacourier.core.rule.RouterConfig;
import io.kafkacourier.kafka.record.RuleModel.Cell;
import io.kafkacourier.kafka.record.RuleModel.Comparison;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** For every source, operator, literal and kind of record, the router decides as {@link RuleModel} does. */
class RulesAgreeWithModelTest {

    private static final List<String> SOURCES = List.of(
            "topic", "partition", "timestamp", "header.h", "key", "key.f", "value.f", "value.l[0]", "value.s.f");

    private static final List<String> OPERATORS =
            List.of("==", "!=", "<", "<=", ">", ">=", "in", "startsWith", "matches", "exists", "not exists");

    private static final List<String> TEXTS = List.of(
            "", "a", "ab", "b", "true", "false", "TRUE", "null", "5", "5.0", "05", "1e3", "-1.5", "+5", "it's", "ü",
            "\uFFFD", "😀", "a b");

    private static final List<String> NUMBERS =
            List.of("0", "5", "5.0", "05", "1e3", "1000", "-1.5", "-1", "1700000000000");

    /** The forms of a body. */
    enum Holder {
        BYTES,
        BUFFER,
        TEXT,
        FRAMED,
        MAP,
        STRUCT
    }

    /** A record, and the values of the test's sources in it; no value for a path into a key without fields. */
    record Given(SourceRecord record, Map<String, Cell> cells) {
        Cell cell(String source) {
            return Objects.requireNonNull(cells.get(source));
        }
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.BOUNDED)
    void decidesAsTheModelDoes(@ForAll("comparisons") Comparison comparison, @ForAll("records") Given given) {
        Assume.that(given.cells().containsKey(comparison.source()));
        String condition = written(comparison);
        Integer mistake = positionOfMistake(comparison);

        if (mistake != null) {
            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .as(condition)
                    .isThrownBy(() -> config(condition))
                    .withMessageContaining("rules.r.when")
                    .withMessageContaining("expected: ")
                    .withMessageEndingWith("\n  " + condition + "\n  " + " ".repeat(mistake) + "^");
        } else {
            boolean isTombstone =
                    given.record().value() == null && comparison.source().startsWith("value");
            boolean holds = !isTombstone && RuleModel.holds(comparison, given.cell(comparison.source()));

            Decision decision = config(condition).router().route(new ConnectRecordView(given.record()));

            assertThat(decision)
                    .as("%s with %s", condition, given)
                    .isEqualTo(
                            holds
                                    ? new Decision.Routed("t", given.record().kafkaPartition(), "r")
                                    : new Decision.Unmatched());
        }
    }

    /** A template reads the same fields: null and absent fields get the default, containers are an error. */
    @Property(tries = 3_000)
    void rendersAsTheModelDoes(@ForAll("records") Given given) {
        Map<String, String> properties = new HashMap<>(Map.of("rules", "r", "topics.allow", ".*"));
        properties.put("rules.r.when", "topic exists");
        properties.put("rules.r.to", "x.${value.s.f|none}");
        Cell cell = given.cell("value.s.f");
        boolean isNothing =
                given.record().value() == null || cell instanceof RuleModel.Absent || cell instanceof RuleModel.Null;

        Decision decision = new RouterConfig(properties).router().route(new ConnectRecordView(given.record()));

        if (isNothing) {
            assertThat(decision)
                    .isEqualTo(new Decision.Routed("x.none", given.record().kafkaPartition(), "r"));
        } else if (cell instanceof RuleModel.Truth truth) {
            assertThat(decision)
                    .isEqualTo(new Decision.Routed(
                            "x." + truth.truth(), given.record().kafkaPartition(), "r"));
        } else if (cell instanceof RuleModel.Container) {
            assertThat(decision).isInstanceOf(Decision.Failed.class);
        } else {
            assertThat(decision)
                    .isNotEqualTo(new Decision.Routed("x.none", given.record().kafkaPartition(), "r"));
        }
    }

    @Provide
    Arbitrary<Comparison> comparisons() {
        Arbitrary<Object> literal = literals();
        return Combinators.combine(Arbitraries.of(SOURCES), Arbitraries.of(OPERATORS))
                .as((source, operator) -> new Comparison(source, operator, ""))
                .flatMap(bare -> {
                    if (bare.operator().endsWith("exists")) {
                        return Arbitraries.just(bare);
                    } else if (bare.operator().equals("in")) {
                        return literal.list()
                                .ofMinSize(1)
                                .ofMaxSize(3)
                                .map(list -> new Comparison(bare.source(), "in", list));
                    } else if (bare.operator().equals("matches")) {
                        return Arbitraries.of(".*", "[a-z]+", "true|5", "[0-9.]+", "")
                                .map(expression -> new Comparison(bare.source(), "matches", expression));
                    }
                    return literal.map(one -> new Comparison(bare.source(), bare.operator(), one));
                });
    }

    private static Arbitrary<Object> literals() {
        return Arbitraries.oneOf(
                Arbitraries.of(TEXTS).map(text -> (Object) text),
                Arbitraries.of(NUMBERS).map(number -> (Object) new BigDecimal(number)),
                Arbitraries.of((Object) true, (Object) false),
                Arbitraries.just(new RuleModel.Null()));
    }

    @Provide
    Arbitrary<Given> records() {
        Arbitrary<Cell> cell = cells();
        return Combinators.combine(
                        Arbitraries.of("a", "ab", "5", "true", "b"),
                        Arbitraries.of(0, 5, 1000).injectNull(0.3),
                        Arbitraries.of(0L, 5L, 1_700_000_000_000L).injectNull(0.3),
                        headers().injectNull(0.1),
                        Arbitraries.oneOf(plainKeys(), bodies(cell).map(body -> body)),
                        bodies(cell).injectNull(0.1))
                .as(RulesAgreeWithModelTest::given);
    }

    private static Arbitrary<Cell> cells() {
        return Arbitraries.oneOf(
                Arbitraries.of(TEXTS).map(RuleModel.Text::new),
                Arbitraries.of(NUMBERS).map(number -> new RuleModel.Num(new BigDecimal(number))),
                Arbitraries.of(true, false).map(RuleModel.Truth::new),
                Arbitraries.of(new RuleModel.Null(), new RuleModel.Absent(), new RuleModel.Container()));
    }

    /** A header as some converter created it, and its value by the specification. */
    record GivenHeader(@Nullable Object value, Cell cell) {}

    private static Arbitrary<GivenHeader> headers() {
        return Arbitraries.oneOf(
                Arbitraries.of(TEXTS).map(text -> new GivenHeader(text, untyped(text))),
                Arbitraries.of(TEXTS).map(text -> new GivenHeader(" " + text + "\t", untyped(text))),
                Arbitraries.of(TEXTS).map(text -> new GivenHeader(text.getBytes(UTF_8), untyped(text))),
                Arbitraries.of(TEXTS)
                        .map(text -> new GivenHeader(ByteBuffer.wrap(text.getBytes(UTF_8)), untyped(text))),
                Arbitraries.of(true, false).map(truth -> new GivenHeader(truth, untyped(truth.toString()))),
                Arbitraries.of(0, 5, 1000)
                        .flatMap(number -> Arbitraries.of(
                                        number.byteValue(), number.shortValue(), number, number.longValue())
                                .map(typed -> new GivenHeader(typed, untyped(typed.toString())))),
                Arbitraries.of(-1.5, 5.0, 1e10).map(number -> new GivenHeader(number, untyped(number.toString()))),
                Arbitraries.of(-1.5f, 5.0f).map(number -> new GivenHeader(number, untyped(number.toString()))),
                Arbitraries.of(new BigDecimal("5.0"), new BigDecimal("1000"))
                        .map(number -> new GivenHeader(number, untyped(number.toPlainString()))),
                Arbitraries.of(
                        new GivenHeader(null, new RuleModel.Null()),
                        new GivenHeader(new byte[0], new RuleModel.Null()),
                        new GivenHeader(new byte[] {(byte) 0xff}, new RuleModel.Null())));
    }

    /** A key with a single value, or none. */
    private static Arbitrary<GivenBody> plainKeys() {
        return Arbitraries.oneOf(
                Arbitraries.of(TEXTS).map(text -> new GivenBody(null, text, new RuleModel.Untyped(text), null)),
                Arbitraries.of(TEXTS)
                        .map(text -> new GivenBody(null, text.getBytes(UTF_8), new RuleModel.Untyped(text), null)),
                Arbitraries.of(0, 5, 1000)
                        .map(number -> new GivenBody(null, number, new RuleModel.Untyped(number.toString()), null)),
                Arbitraries.of(true, false)
                        .map(truth -> new GivenBody(null, truth, new RuleModel.Untyped(truth.toString()), null)),
                Arbitraries.just(new GivenBody(null, null, new RuleModel.Absent(), null)));
    }

    /**
     * A key or a value.
     *
     * @param whole its value as a whole
     * @param field the value of f, l[0] and s.f; null if it has no fields
     */
    record GivenBody(
            @Nullable Schema schema,
            @Nullable Object body,
            Cell whole,
            @Nullable Cell field) {}

    private static Arbitrary<GivenBody> bodies(Arbitrary<Cell> cell) {
        return Combinators.combine(cell, Arbitraries.of(Holder.values())).as(RulesAgreeWithModelTest::body);
    }

    private static GivenBody body(Cell cell, Holder holder) {
        String json = json(cell);
        byte[] bytes = json.getBytes(UTF_8);
        byte[] framed = ByteBuffer.allocate(5 + bytes.length)
                .put((byte) 0)
                .putInt(300)
                .put(bytes)
                .array();
        return switch (holder) {
            case BYTES -> new GivenBody(null, bytes, new RuleModel.Untyped(json), cell);
            case BUFFER -> new GivenBody(null, ByteBuffer.wrap(bytes), new RuleModel.Untyped(json), cell);
            case TEXT -> new GivenBody(null, json, new RuleModel.Untyped(json), cell);
            case FRAMED -> new GivenBody(null, framed, new RuleModel.Untyped(new String(framed, UTF_8)), cell);
            case MAP -> new GivenBody(null, map(cell), new RuleModel.Container(), cell);
            case STRUCT -> {
                Struct struct = struct(cell);
                yield new GivenBody(struct.schema(), struct, new RuleModel.Container(), cell);
            }
        };
    }

    private static Given given(
            String topic,
            @Nullable Integer partition,
            @Nullable Long timestamp,
            @Nullable GivenHeader header,
            GivenBody key,
            @Nullable GivenBody value) {
        ConnectHeaders headers = new ConnectHeaders();
        if (header != null) {
            headers.add("h", "an earlier one", Schema.STRING_SCHEMA);
            headers.add("h", header.value(), null);
        }
        Map<String, Cell> cells = new HashMap<>();
        cells.put("topic", new RuleModel.Text(topic));
        cells.put(
                "partition", partition == null ? new RuleModel.Absent() : new RuleModel.Num(new BigDecimal(partition)));
        cells.put(
                "timestamp", timestamp == null ? new RuleModel.Absent() : new RuleModel.Num(new BigDecimal(timestamp)));
        cells.put("header.h", header == null ? new RuleModel.Absent() : header.cell());
        cells.put("key", key.whole());
        Cell field = value == null ? new RuleModel.Absent() : Objects.requireNonNull(value.field());
        cells.put("value.f", field);
        cells.put("value.l[0]", field);
        cells.put("value.s.f", field);
        if (key.field() != null) {
            cells.put("key.f", key.field());
        } else if (key.body() == null) {
            cells.put("key.f", new RuleModel.Absent());
        }
        return new Given(
                new SourceRecord(
                        Map.of(),
                        Map.of(),
                        topic,
                        partition,
                        key.schema(),
                        key.body(),
                        value == null ? null : value.schema(),
                        value == null ? null : value.body(),
                        timestamp,
                        headers),
                cells);
    }

    private static Cell untyped(String text) {
        return text.isEmpty() ? new RuleModel.Null() : new RuleModel.Untyped(text);
    }

    private static String json(Cell cell) {
        if (cell instanceof RuleModel.Absent) {
            return "{\"l\":[],\"s\":{}}";
        }
        String value = cell instanceof RuleModel.Text text
                ? '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text.text())) + '"'
                : cell instanceof RuleModel.Num num
                        ? num.number().toString()
                        : cell instanceof RuleModel.Truth truth
                                ? String.valueOf(truth.truth())
                                : cell instanceof RuleModel.Container ? "[1]" : "null";
        return "{\"f\":" + value + ",\"l\":[" + value + "],\"s\":{\"f\":" + value + "}}";
    }

    private static @Nullable Object plain(Cell cell) {
        return cell instanceof RuleModel.Text text
                ? text.text()
                : cell instanceof RuleModel.Num num
                        ? (Object) num.number()
                        : cell instanceof RuleModel.Truth truth
                                ? (Object) truth.truth()
                                : cell instanceof RuleModel.Container ? List.of(1) : null;
    }

    private static Map<String, Object> map(Cell cell) {
        if (cell instanceof RuleModel.Absent) {
            return Map.of("l", List.of(), "s", Map.of());
        }
        Map<String, Object> inner = new HashMap<>();
        inner.put("f", plain(cell));
        Map<String, Object> map = new HashMap<>(inner);
        map.put("l", Arrays.asList(plain(cell)));
        map.put("s", inner);
        return map;
    }

    /** Null fields have a schema with a default, which must not be read. */
    private static Struct struct(Cell cell) {
        Schema field = fieldSchema(cell);
        SchemaBuilder inner = SchemaBuilder.struct();
        SchemaBuilder outer = SchemaBuilder.struct();
        boolean isAbsent = cell instanceof RuleModel.Absent;
        if (!isAbsent) {
            inner.field("f", field);
            outer.field("f", field);
        }
        Schema innerSchema = inner.build();
        // An element has no default, but a Struct as element has fields with defaults.
        Schema schema = outer.field(
                        "l", SchemaBuilder.array(withoutDefault(cell)).build())
                .field("s", innerSchema)
                .build();
        Struct struct = new Struct(schema).put("s", new Struct(innerSchema));
        List<Object> elements = new ArrayList<>();
        if (!isAbsent) {
            elements.add(element(cell));
            if (plain(cell) != null) {
                struct.put("f", element(cell));
                struct.getStruct("s").put("f", element(cell));
            }
        }
        return struct.put("l", elements);
    }

    private static @Nullable Object element(Cell cell) {
        return cell instanceof RuleModel.Container ? new byte[] {1} : plain(cell);
    }

    private static Schema fieldSchema(Cell cell) {
        return cell instanceof RuleModel.Null
                ? SchemaBuilder.string().optional().defaultValue("a").build()
                : withoutDefault(cell);
    }

    private static Schema withoutDefault(Cell cell) {
        if (cell instanceof RuleModel.Num num) {
            return Decimal.builder(num.number().scale()).optional().build();
        } else if (cell instanceof RuleModel.Truth) {
            return Schema.OPTIONAL_BOOLEAN_SCHEMA;
        }
        return cell instanceof RuleModel.Container ? Schema.OPTIONAL_BYTES_SCHEMA : Schema.OPTIONAL_STRING_SCHEMA;
    }

    private static RouterConfig config(String condition) {
        return new RouterConfig(Map.of("rules", "r", "rules.r.when", condition, "rules.r.to", "t"));
    }

    private static String written(Comparison comparison) {
        String start = comparison.source() + " " + comparison.operator();
        if (comparison.operator().endsWith("exists")) {
            return start;
        } else if (comparison.literal() instanceof List<?> list) {
            return start + " "
                    + list.stream()
                            .map(RulesAgreeWithModelTest::writtenLiteral)
                            .collect(Collectors.joining(", ", "[", "]"));
        }
        return start + " " + writtenLiteral(comparison.literal());
    }

    private static String writtenLiteral(Object literal) {
        if (literal instanceof String text) {
            return "'" + text.replace("'", "''") + "'";
        }
        return literal instanceof RuleModel.Null ? "null" : literal.toString();
    }

    /** The expected position of the caret; null if there is no mistake. */
    private static @Nullable Integer positionOfMistake(Comparison comparison) {
        int at = comparison.source().length() + comparison.operator().length() + 2;
        if (!(comparison.literal() instanceof List<?> list)) {
            boolean isMistake =
                    !RuleModel.isWritable(comparison) || !RuleModel.isPossible(comparison, comparison.literal());
            return isMistake ? (Integer) at : null;
        }
        at++;
        for (Object member : list) {
            if (!RuleModel.isPossible(comparison, member)) {
                return at;
            }
            at += writtenLiteral(member).length() + 2;
        }
        return null;
    }
}
