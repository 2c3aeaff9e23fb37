/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A place in the tree of requested paths, with the requested places inside it. */
final class PathNode {

    /** The slot of a place where no path ends. */
    static final int NO_SLOT = -1;

    private static final int OUTERMOST = -1;

    private final byte[] name;
    private final int index;
    private final int id;
    private int slot = NO_SLOT;
    private final List<PathNode> fields = new ArrayList<>();
    private final List<PathNode> elements = new ArrayList<>();

    private PathNode(byte[] name, int index, int id) {
        this.name = name;
        this.index = index;
        this.id = id;
    }

    /** Builds the tree of some different paths; the slot of each is its position in the list. */
    static PathNode tree(List<JsonPath> paths) {
        int[] ids = {0};
        PathNode root = new PathNode(new byte[0], OUTERMOST, ids[0]++);
        for (int slot = 0; slot < paths.size(); slot++) {
            PathNode node = root;
            for (JsonPath.Step step : paths.get(slot).steps()) {
                node = node.childFor(step, ids);
            }
            if (node.slot != NO_SLOT) {
                throw new IllegalArgumentException("paths must differ, " + paths.get(slot) + " is there twice");
            }
            node.slot = slot;
        }
        return root;
    }

    private PathNode childFor(JsonPath.Step step, int[] ids) {
        if (step instanceof JsonPath.Field wanted) {
            byte[] utf8 = wanted.name().getBytes(UTF_8);
            PathNode child = field(utf8, 0, utf8.length);
            return child != null ? child : added(fields, new PathNode(utf8, OUTERMOST, ids[0]++));
        }
        int wanted = ((JsonPath.Element) step).index();
        PathNode child = element(wanted);
        return child != null ? child : added(elements, new PathNode(new byte[0], wanted, ids[0]++));
    }

    private static PathNode added(List<PathNode> children, PathNode child) {
        children.add(child);
        return child;
    }

    /** Unique within the tree, counted from zero. */
    int id() {
        return id;
    }

    /** The slot of the path that ends here, or {@link #NO_SLOT}. */
    int slot() {
        return slot;
    }

    List<PathNode> fields() {
        return fields;
    }

    List<PathNode> elements() {
        return elements;
    }

    /** The requested place for the member with that UTF-8 name; null if none. */
    @Nullable
    PathNode field(byte[] text, int from, int to) {
        for (int i = 0; i < fields.size(); i++) {
            PathNode child = fields.get(i);
            // Most names differ in length, so comparing it first usually saves the call.
            if (child.name.length == to - from && Arrays.equals(child.name, 0, child.name.length, text, from, to)) {
                return child;
            }
        }
        return null;
    }

    /** The requested place for the element at that index; null if none. */
    @Nullable
    PathNode element(int at) {
        for (int i = 0; i < elements.size(); i++) {
            PathNode child = elements.get(i);
            if (child.index == at) {
                return child;
            }
        }
        return null;
    }

    /** The number of places, including this one and all inside it. */
    int size() {
        int size = 1;
        for (PathNode child : fields) {
            size += child.size();
        }
        for (PathNode child : elements) {
            size += child.size();
        }
        return size;
    }
}
