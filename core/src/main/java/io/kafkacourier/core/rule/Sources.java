/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import java.util.ArrayList;
import java.util.List;

/** The distinct sources of some expressions, numbered in the order in which they occur. */
final class Sources {

    private final List<Source> list = new ArrayList<>();

    /** The slot of a source; equal sources have the same slot. */
    int slot(Source source) {
        int slot = list.indexOf(source);
        if (slot < 0) {
            slot = list.size();
            list.add(source);
        }
        return slot;
    }

    /** Whether a slot's source is inside the key or the value, which costs more to read than all others. */
    boolean isInBody(int slot) {
        return list.get(slot) instanceof Source.InKey || list.get(slot) instanceof Source.InValue;
    }

    /** By slot. */
    List<Source> list() {
        return list;
    }
}
