/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static io.kafkacourier.core.json.JsonException.Kind.BODY_NOT_JSON;
import static io.kafkacourier.core.json.JsonException.Kind.TOO_DEEP;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.json.JsonValue.Kind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads some paths of raw JSON documents, one document after the other, in one forward pass each that goes no further
 * than the answers need: {@link #value} reads on until that path is settled (found, or what holds it has ended) and keeps
 * what it meets of the others on the way.
 *
 * <ul>
 *   <li>What is read is checked in full against RFC 8259; what comes after the last answer is not read.
 *   <li>Of a doubled name the first counts.
 *   <li>Nothing is allocated: names are compared in place, values stay in the bytes of the document, which must not
 *       change while its values are in use.
 *   <li>A byte order mark at the beginning is skipped.
 * </ul>
 *
 * Not safe for use by several threads.
 */
public final class JsonScan {

    /** How many levels of arrays and objects are read. */
    public static final int MAX_DEPTH = 1_000;

    private static final int IN_OBJECT = -1;
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final PathNode root;
    /** By slot. */
    private final JsonValue[] values;
    /** By slot: whether the value is known, be it as absent. */
    private final boolean[] settled;
    /** By id of the node: whether the document has a value there. */
    private final boolean[] found;

    private byte[] json = {};
    private int begin;
    private int at;
    private int end;

    /** How many containers are open; the following arrays hold one entry for each. */
    private int depth;
    /** What is asked of the values in it; null for nothing. */
    private @Nullable PathNode[] asked = new PathNode[16];
    /** The index of the next element of an array, or {@link #IN_OBJECT}. */
    private int[] next = new int[16];
    /** Whether nothing was read of the innermost container yet. */
    private boolean fresh;

    /** Whether the string read last is ASCII without escapes. */
    private boolean plain;
    /** Whether the string read last has an escape. */
    private boolean escaped;

    private @Nullable JsonException failure;

    /**
     * Prepares for reading some different paths.
     *
     * @param paths the slot of each is its position in the list
     */
    public JsonScan(List<JsonPath> paths) {
        root = PathNode.tree(paths);
        values = new JsonValue[paths.size()];
        Arrays.setAll(values, slot -> new JsonValue());
        settled = new boolean[paths.size()];
        found = new boolean[root.size()];
    }

    /** Turns to another document, of which nothing is read yet; all values given out are void. */
    public void begin(byte[] document, int from, int to) {
        json = document;
        begin = from;
        at = from;
        end = to;
        depth = 0;
        failure = null;
        Arrays.fill(settled, false);
        Arrays.fill(found, false);
        if (to - from >= 3
                && document[from] == (byte) 0xEF
                && document[from + 1] == (byte) 0xBB
                && document[from + 2] == (byte) 0xBF) {
            at = from + 3;
        }
    }

    /**
     * What the document holds at a path, for which it is read on as far as needed.
     *
     * @throws JsonException where the part that has to be read is malformed, and again whenever more of that document is
     *     asked for
     */
    public JsonValue value(int slot) throws JsonException {
        while (!settled[slot]) {
            if (failure != null) {
                throw failure;
            }
            readOn();
        }
        return values[slot];
    }

    /** Reads one value or the end of a container; of a container that is a value, its beginning. */
    private void readOn() throws JsonException {
        if (depth == 0) {
            readOutermost();
        } else if (next[depth - 1] == IN_OBJECT) {
            readMember();
        } else {
            readElement();
        }
    }

    private void readOutermost() throws JsonException {
        readValue(root);
        if (depth == 0) {
            skipBlanks();
            if (at < end) {
                // Text that only begins as JSON does, such as a date: it has no value.
                Arrays.fill(settled, false);
                throw notJson("nothing more");
            }
        }
    }

    private void readMember() throws JsonException {
        byte c = afterBlanks();
        if (c == '}') {
            close();
            return;
        }
        if (!fresh) {
            take(',', c);
            c = afterBlanks();
        }
        if (c != '"') {
            throw notJson("a name in quotes");
        }
        PathNode child = readName(asked[depth - 1]);
        take(':', afterBlanks());
        readValue(child);
    }

    private void readElement() throws JsonException {
        byte c = afterBlanks();
        if (c == ']') {
            close();
            return;
        }
        if (!fresh) {
            take(',', c);
        }
        int index = next[depth - 1]++;
        PathNode parent = asked[depth - 1];
        readValue(parent == null ? null : parent.element(index));
    }

    /** Reads a name and says what is asked of the value behind it. */
    private @Nullable PathNode readName(@Nullable PathNode parent) throws JsonException {
        int start = at + 1;
        readString();
        if (parent == null) {
            return null;
        }
        PathNode child;
        if (escaped) {
            byte[] name = JsonText.decode(json, start, at - 1).getBytes(UTF_8);
            child = parent.field(name, 0, name.length);
        } else {
            child = parent.field(json, start, at - 1);
        }
        return child == null || found[child.id()] ? null : child;
    }

    private void readValue(@Nullable PathNode node) throws JsonException {
        byte c = afterBlanks();
        int start = at;
        switch (c) {
            case '{' -> open(node, IN_OBJECT);
            case '[' -> open(node, 0);
            case '"' -> {
                readString();
                settle(node, Kind.TEXT, start + 1, at - 1, plain);
            }
            case 't' -> {
                readWord(TRUE);
                settle(node, Kind.TRUE, start, at, true);
            }
            case 'f' -> {
                readWord(FALSE);
                settle(node, Kind.FALSE, start, at, true);
            }
            case 'n' -> {
                readWord(NULL);
                settle(node, Kind.NULL, start, at, true);
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                readNumber();
                settle(node, Kind.NUMBER, start, at, true);
            }
            default -> throw notJson("a value");
        }
    }

    private void settle(@Nullable PathNode node, Kind kind, int start, int stop, boolean ascii) {
        fresh = false;
        if (node == null) {
            return;
        }
        found[node.id()] = true;
        if (node.slot() != PathNode.NO_SLOT) {
            values[node.slot()].setRaw(kind, json, start, stop, ascii);
            settled[node.slot()] = true;
        }
        settleMissing(node);
    }

    private void open(@Nullable PathNode node, int first) throws JsonException {
        if (depth == MAX_DEPTH) {
            throw fail(new JsonException(TOO_DEEP, "has more than " + MAX_DEPTH + " levels at byte " + (at - begin)));
        }
        if (depth == next.length) {
            next = Arrays.copyOf(next, 2 * depth);
            asked = Arrays.copyOf(asked, 2 * depth);
        }
        asked[depth] = node;
        next[depth] = first;
        depth++;
        at++;
        fresh = true;
        if (node != null) {
            found[node.id()] = true;
            if (node.slot() != PathNode.NO_SLOT) {
                values[node.slot()].setContainer();
                settled[node.slot()] = true;
            }
        }
    }

    private void close() {
        depth--;
        at++;
        fresh = false;
        PathNode node = asked[depth];
        if (node != null) {
            settleMissing(node);
        }
    }

    /** Settles as absent what was not found inside a value that has ended. */
    private void settleMissing(PathNode node) {
        settleMissing(node.fields());
        settleMissing(node.elements());
    }

    private void settleMissing(List<PathNode> children) {
        for (int i = 0; i < children.size(); i++) {
            PathNode child = children.get(i);
            if (!found[child.id()]) {
                if (child.slot() != PathNode.NO_SLOT) {
                    values[child.slot()].setAbsent();
                    settled[child.slot()] = true;
                }
                settleMissing(child);
            }
        }
    }

    /** Reads a string from its opening quote to behind its closing one. */
    private void readString() throws JsonException {
        plain = true;
        escaped = false;
        int i = at + 1;
        while (i < end) {
            byte b = json[i];
            if (b == '"') {
                at = i + 1;
                return;
            } else if (b == '\\') {
                plain = false;
                escaped = true;
                i = advanced(i, JsonText.escapeEnd(json, i, end), "an escape of JSON");
            } else if (b >= ' ') {
                i++;
            } else if (b < 0) {
                plain = false;
                i = advanced(i, JsonText.characterEnd(json, i, end), "well-formed UTF-8");
            } else {
                at = i;
                throw notJson("no control character in a string");
            }
        }
        at = end;
        throw notJson("the end of a string");
    }

    private int advanced(int from, int to, String expected) throws JsonException {
        if (to <= from) {
            at = from;
            throw notJson(expected);
        }
        return to;
    }

    private void readNumber() throws JsonException {
        if (json[at] == '-') {
            at++;
        }
        if (at < end && json[at] == '0') {
            at++;
        } else {
            readDigits();
        }
        if (at < end && json[at] == '.') {
            at++;
            readDigits();
        }
        if (at < end && (json[at] == 'e' || json[at] == 'E')) {
            at++;
            if (at < end && (json[at] == '+' || json[at] == '-')) {
                at++;
            }
            readDigits();
        }
        checkEndOfValue();
    }

    private void readDigits() throws JsonException {
        int stop = JsonNumber.digitsEnd(json, at, end);
        if (stop == at) {
            throw notJson("a digit");
        }
        at = stop;
    }

    private void readWord(byte[] word) throws JsonException {
        if (at + word.length > end || !Arrays.equals(json, at, at + word.length, word, 0, word.length)) {
            throw notJson("a value");
        }
        at += word.length;
        checkEndOfValue();
    }

    /** Of a word or a number that goes on, or that is cut off, the beginning is no value. */
    private void checkEndOfValue() throws JsonException {
        if (at == end ? depth > 0 : !isBlank(json[at]) && json[at] != ',' && json[at] != ']' && json[at] != '}') {
            throw notJson("the end of a value");
        }
    }

    private void take(char expected, byte c) throws JsonException {
        if (c != expected) {
            throw notJson("'" + expected + "'");
        }
        at++;
    }

    private byte afterBlanks() throws JsonException {
        skipBlanks();
        if (at == end) {
            throw notJson("more");
        }
        return json[at];
    }

    private void skipBlanks() {
        while (at < end && isBlank(json[at])) {
            at++;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private JsonException notJson(String expected) {
        return fail(new JsonException(
                BODY_NOT_JSON, "is not JSON at byte " + (at - begin) + ", where " + expected + " is expected"));
    }

    private JsonException fail(JsonException cause) {
        failure = cause;
        return cause;
    }
}
