/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import java.util.List;

/** The path from the outermost value to a value inside it. Without steps, it is the outermost value itself. */
public record JsonPath(List<Step> steps) {

    /** One step down. */
    public sealed interface Step permits Field, Element {}

    /** The member of an object with that name. */
    public record Field(String name) implements Step {}

    /** The element of an array at that index, counted from zero. */
    public record Element(int index) implements Step {
        public Element {
            if (index < 0) {
                throw new IllegalArgumentException("index must be >= 0, is " + index);
            }
        }
    }

    public JsonPath {
        steps = List.copyOf(steps);
    }
}
