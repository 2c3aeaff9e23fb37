/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonPath;
import io.kafkacourier.core.json.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads paths of bodies that are objects, as if they were JSON. */
public final class ObjectPaths {

    /** A number with a larger scale keeps its exponent, because without it a few bytes could become gigabytes. */
    private static final int MAX_PLAIN_SCALE = 1_000;

    private ObjectPaths() {}

    /** Writes the value at {@code path} of {@code body} into {@code value}. */
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
                    : container instanceof Map<?, ?> map && hasKey(map, field.name());
        }
        return container instanceof List<?> list && ((JsonPath.Element) step).index() < list.size();
    }

    /**
     * Whether a map has a key. A sorted map whose keys are not text cannot be searched for a text, and does not have
     * it.
     */
    public static boolean hasKey(Map<?, ?> map, String name) {
        try {
            return map.containsKey(name);
        } catch (ClassCastException e) {
            return false;
        }
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
                // JSON has no such number, and it is not null.
                value.setContainer();
                return;
            }
        }
        try {
            value.setNumber(text(number));
        } catch (NumberFormatException e) {
            // A class of an application with another text form.
            value.setContainer();
        }
    }

    /** A number in its written form. */
    static String text(Number number) {
        if (number instanceof BigDecimal decimal && Math.abs((long) decimal.scale()) <= MAX_PLAIN_SCALE) {
            return decimal.toPlainString();
        }
        return number.toString();
    }
}
