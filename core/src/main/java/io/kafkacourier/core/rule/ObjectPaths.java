/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonPath;
import io.kafkacourier.core.json.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads paths of bodies that are objects already, as if they were JSON. */
final class ObjectPaths {

    private ObjectPaths() {}

    /** Puts what is at {@code path} of {@code body} into {@code value}. */
    static void read(Object body, JsonPath path, JsonValue value) {
        Object at = body;
        List<JsonPath.Step> steps = path.steps();
        for (int i = 0; i < steps.size(); i++) {
            if (at == null || !has(at, steps.get(i))) {
                value.setAbsent();
                return;
            }
            at = step(at, steps.get(i));
        }
        set(value, at);
    }

    private static boolean has(Object container, JsonPath.Step step) {
        if (step instanceof JsonPath.Field field) {
            return container instanceof NamedFields fields
                    ? fields.has(field.name())
                    : container instanceof Map<?, ?> map && map.containsKey(field.name());
        }
        return container instanceof List<?> list && ((JsonPath.Element) step).index() < list.size();
    }

    private static @Nullable Object step(Object container, JsonPath.Step step) {
        if (step instanceof JsonPath.Field field) {
            return container instanceof NamedFields fields
                    ? fields.get(field.name())
                    : ((Map<?, ?>) container).get(field.name());
        }
        return ((List<?>) container).get(((JsonPath.Element) step).index());
    }

    private static void set(JsonValue value, @Nullable Object found) {
        if (found == null) {
            value.setNull();
        } else if (found instanceof String text) {
            value.setText(text);
        } else if (found instanceof Boolean bool) {
            value.setBoolean(bool);
        } else if (found instanceof Number number) {
            setNumber(value, number);
        } else {
            value.setContainer();
        }
    }

    private static void setNumber(JsonValue value, Number number) {
        if (number instanceof Double || number instanceof Float) {
            double wide = number.doubleValue();
            if (Double.isNaN(wide) || Double.isInfinite(wide)) {
                // JSON has no such number; it is not null either.
                value.setContainer();
                return;
            }
        }
        value.setNumber(text(number));
    }

    /** A finite number as it is written in a topic or a key: without exponent where there is an exact short form. */
    static String text(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        return number.toString();
    }
}
