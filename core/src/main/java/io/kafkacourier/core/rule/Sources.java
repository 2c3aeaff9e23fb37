/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import java.util.ArrayList;
import java.util.List;

/** The different sources that some expressions read, numbered as they are met. */
final class Sources {

    private final List<Source> list = new ArrayList<>();

    /** The slot of a source, the same for equal ones. */
    int slot(Source source) {
        int slot = list.indexOf(source);
        if (slot < 0) {
            slot = list.size();
            list.add(source);
        }
        return slot;
    }

    /** Whether a slot's source is the key's or the value's inside, which costs more to read than all others. */
    boolean isInBody(int slot) {
        return !(list.get(slot) instanceof Source.Attribute) && !(list.get(slot) instanceof Source.Header);
    }

    /** By slot. */
    List<Source> list() {
        return list;
    }
}
