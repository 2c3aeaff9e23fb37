/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static io.kafkacourier.core.json.JsonException.Kind.BODY_FRAMED;
import static io.kafkacourier.core.json.JsonException.Kind.BODY_NOT_JSON;
import static io.kafkacourier.core.json.JsonException.Kind.TOO_DEEP;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.json.JsonValue.Kind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values at some paths of raw JSON documents, one document after the other. It reads each document forward
 * once, and only as far as needed: {@link #value} continues until its path is settled (it is found, or its container
 * has ended), and also keeps the values of other paths that it passes.
 *
 * <ul>
 *   <li>Everything that is read is fully checked against RFC 8259. Text after the last answer is only read by {@link
 *   #readToEnd}.
 *   <li>If a name is duplicate, the first one is used.
 *   <li>Nothing is allocated: names are compared in place, and values stay in the bytes of the document, which must not
 *   change while the values are in use.
 *   <li>A byte order mark at the beginning is skipped.
 * </ul>
 *
 * Not safe for use by several threads.
 */
public final class JsonScan {

    /** The default limit for levels of arrays and objects. */
    public static final int MAX_DEPTH = 1_000;

    private static final int IN_OBJECT = -1;
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final int maxDepth;
    private final PathNode root;
    /** By slot. */
    private final JsonValue[] values;
    /** By slot: whether the value is known, even if it is absent. */
    private final boolean[] settled;
    /** By id of the node: whether the document has a value there. */
    private final boolean[] found;

    private byte[] json = {};
    private int begin;
    private int end;
    /** The position to continue at. */
    private int next;

    /** The number of open containers; the following arrays have one entry for each. */
    private int depth;
    /** The requested places in it. */
    private PathNode[] asked = new PathNode[16];
    /** The index of the next element of an array, or {@link #IN_OBJECT}. */
    private int[] index = new int[16];
    /** Whether nothing has been read of the innermost container yet. */
    private boolean fresh;

    /** Whether the last string is ASCII without escapes. */
    private boolean plain;
    /** Whether the last string has an escape. */
    private boolean escaped;

    private @Nullable JsonException failure;

    /**
     * Creates a scan for some different paths.
     *
     * @param paths the paths; the slot of each is its position in the list
     */
    public JsonScan(List<JsonPath> paths) {
        this(paths, MAX_DEPTH);
    }

    /**
     * Creates a scan for some different paths, with another limit for levels.
     *
     * @param paths the paths; the slot of each is its position in the list
     * @param maxDepth the largest number of levels of arrays and objects
     */
    public JsonScan(List<JsonPath> paths, int maxDepth) {
        this.maxDepth = maxDepth;
        root = PathNode.tree(paths);
        values = new JsonValue[paths.size()];
        Arrays.setAll(values, slot -> new JsonValue());
        settled = new boolean[paths.size()];
        found = new boolean[root.size()];
    }

    /** Starts another document, without reading it yet. All returned values become invalid. */
    public void begin(byte[] document, int from, int to) {
        json = document;
        begin = from;
        next = from;
        end = to;
        depth = 0;
        failure = null;
        Arrays.fill(settled, false);
        Arrays.fill(found, false);
        if (to - from >= 3
                && document[from] == (byte) 0xEF
                && document[from + 1] == (byte) 0xBB
                && document[from + 2] == (byte) 0xBF) {
            next = from + 3;
        }
    }

    /**
     * The value at a path of the document, which is read as far as needed.
     *
     * @throws JsonException if the part that must be read is malformed; thrown again by each call that needs more of
     *     this document
     */
    public JsonValue value(int slot) throws JsonException {
        while (!settled[slot]) {
            if (failure != null) {
                throw failure;
            }
            next = readOn(next);
        }
        return values[slot];
    }

    /**
     * Reads the rest of the document, so that all of it is checked. Then every path is settled, and the values stay
     * valid.
     *
     * @throws JsonException if any part of the document is malformed
     */
    public void readToEnd() throws JsonException {
        if (failure != null) {
            throw failure;
        }
        if (depth == 0 && !found[root.id()]) {
            next = readOutermost(next);
        }
        while (depth > 0) {
            next = readOn(next);
        }
        next = skipBlanks(next);
        if (next < end) {
            throw notJson(next, "nothing more");
        }
    }

    // Methods pass positions as arguments, because the compiler can keep them in registers, unlike fields.

    /** Reads one value, the beginning of a container, or the end of one. */
    private int readOn(int at) throws JsonException {
        if (depth == 0) {
            return readOutermost(at);
        }
        return index[depth - 1] == IN_OBJECT ? readMember(at) : readElement(at);
    }

    private int readOutermost(int at) throws JsonException {
        int after = readValue(at, root);
        if (depth == 0) {
            after = skipBlanks(after);
            if (after < end) {
                // Text that only begins like JSON, such as a date, has no value.
                Arrays.fill(settled, false);
                throw notJson(after, "nothing more");
            }
        }
        return after;
    }

    private int readMember(int start) throws JsonException {
        int at = toToken(start);
        if (json[at] == '}') {
            return close(at);
        }
        if (!fresh) {
            at = toToken(take(',', at));
        }
        int nameEnd = readName(at);
        PathNode child = child(asked[depth - 1], at + 1, nameEnd - 1);
        return readValue(take(':', toToken(nameEnd)), child);
    }

    private int readElement(int start) throws JsonException {
        int at = toToken(start);
        if (json[at] == ']') {
            return close(at);
        }
        if (!fresh) {
            at = take(',', at);
        }
        int element = index[depth - 1]++;
        return readValue(at, asked[depth - 1].element(element));
    }

    /** The requested place for the name that was just read; null if none, or if the name is a duplicate. */
    private @Nullable PathNode child(PathNode parent, int nameStart, int nameEnd) {
        PathNode child;
        if (escaped) {
            byte[] name = JsonText.decode(json, nameStart, nameEnd).getBytes(UTF_8);
            child = parent.field(name, 0, name.length);
        } else {
            child = parent.field(json, nameStart, nameEnd);
        }
        return child == null || found[child.id()] ? null : child;
    }

    private int readValue(int start, @Nullable PathNode node) throws JsonException {
        int at = toToken(start);
        if (node == null) {
            fresh = false;
            return skipValue(at);
        }
        return switch (json[at]) {
            case '{' -> open(at, node, IN_OBJECT);
            case '[' -> open(at, node, 0);
            case '"' -> {
                int after = readString(at);
                settle(node, Kind.TEXT, at + 1, after - 1, plain);
                yield after;
            }
            case 't' -> readWord(at, TRUE, node, Kind.TRUE);
            case 'f' -> readWord(at, FALSE, node, Kind.FALSE);
            case 'n' -> readWord(at, NULL, node, Kind.NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                int after = readNumber(at);
                settle(node, Kind.NUMBER, at, after, true);
                yield after;
            }
            default -> throw notJson(at, "a value");
        };
    }

    private void settle(PathNode node, Kind kind, int start, int stop, boolean ascii) {
        fresh = false;
        found[node.id()] = true;
        if (node.slot() != PathNode.NO_SLOT) {
            values[node.slot()].setRaw(kind, json, start, stop, ascii);
            settled[node.slot()] = true;
        }
        settleMissing(node);
    }

    private int open(int at, PathNode node, int first) throws JsonException {
        enter(depth, at);
        asked[depth] = node;
        index[depth] = first;
        depth++;
        fresh = true;
        found[node.id()] = true;
        if (node.slot() != PathNode.NO_SLOT) {
            values[node.slot()].setContainer();
            settled[node.slot()] = true;
        }
        return at + 1;
    }

    /** Makes room for one more container when {@code open} are open. */
    private void enter(int open, int at) throws JsonException {
        if (open == maxDepth) {
            throw fail(new JsonException(TOO_DEEP, "has more than " + maxDepth + " levels at byte " + (at - begin)));
        }
        if (open == index.length) {
            index = Arrays.copyOf(index, 2 * open);
            asked = Arrays.copyOf(asked, 2 * open);
        }
    }

    private int close(int at) {
        depth--;
        fresh = false;
        settleMissing(asked[depth]);
        return at + 1;
    }

    /**
     * Checks a whole value that is not requested, and returns its end. Most values of a document are like this. The
     * scan is fast because this is one loop over everything inside, whose state the compiler can keep in registers.
     */
    private int skipValue(int start) throws JsonException {
        int open = depth;
        int at = start;
        while (true) {
            if (json[at] == '{' || json[at] == '[') {
                enter(open, at);
                boolean object = json[at] == '{';
                index[open] = object ? IN_OBJECT : 0;
                at = toToken(at + 1);
                if (json[at] != (object ? '}' : ']')) {
                    open++;
                    at = object ? skipName(at) : at;
                    continue;
                }
                at++;
            } else {
                at = skipScalar(at);
            }
            while (open > depth) {
                at = toToken(at);
                boolean object = index[open - 1] == IN_OBJECT;
                if (json[at] != (object ? '}' : ']')) {
                    at = toToken(take(',', at));
                    at = object ? skipName(at) : at;
                    break;
                }
                at++;
                open--;
            }
            if (open == depth) {
                return at;
            }
        }
    }

    /** Checks the name of a member, and returns the beginning of its value. */
    private int skipName(int at) throws JsonException {
        return toToken(take(':', toToken(readName(at))));
    }

    private int skipScalar(int at) throws JsonException {
        return switch (json[at]) {
            case '"' -> readString(at);
            case 't' -> wordEnd(at, TRUE);
            case 'f' -> wordEnd(at, FALSE);
            case 'n' -> wordEnd(at, NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> readNumber(at);
            default -> throw notJson(at, "a value");
        };
    }

    /** Settles paths as absent that were not found inside a value that has ended. */
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

    private int readName(int at) throws JsonException {
        if (json[at] != '"') {
            throw notJson(at, "a name in quotes");
        }
        return readString(at);
    }

    /** Reads the string whose opening quote is at {@code quote}, and returns its end. */
    private int readString(int quote) throws JsonException {
        int at = JsonText.plainEnd(json, quote + 1, end);
        plain = at < end && json[at] == '"';
        escaped = false;
        return plain ? at + 1 : readUncommonString(at);
    }

    /** Continues to read a string from its first character that is not plain. */
    private int readUncommonString(int start) throws JsonException {
        int at = start;
        while (at < end && json[at] != '"') {
            if (json[at] == '\\') {
                escaped = true;
                at = advanced(at, JsonText.escapeEnd(json, at, end), "an escape of JSON");
            } else if (json[at] >= ' ') {
                at = JsonText.plainEnd(json, at, end);
            } else if (json[at] < 0) {
                at = advanced(at, JsonText.characterEnd(json, at, end), "well-formed UTF-8");
            } else {
                throw notJson(at, "no control character in a string");
            }
        }
        if (at == end) {
            throw notJson(at, "the end of a string");
        }
        return at + 1;
    }

    private int advanced(int from, int to, String expected) throws JsonException {
        if (to <= from) {
            throw notJson(from, expected);
        }
        return to;
    }

    private int readNumber(int start) throws JsonException {
        int at = json[start] == '-' ? start + 1 : start;
        at = at < end && json[at] == '0' ? at + 1 : readDigits(at);
        if (at < end && json[at] == '.') {
            at = readDigits(at + 1);
        }
        if (at < end && (json[at] == 'e' || json[at] == 'E')) {
            at++;
            boolean signed = at < end && (json[at] == '+' || json[at] == '-');
            at = readDigits(signed ? at + 1 : at);
        }
        checkEndOfValue(at);
        return at;
    }

    private int readDigits(int at) throws JsonException {
        int after = JsonNumber.digitsEnd(json, at, end);
        if (after == at) {
            throw notJson(at, "a digit");
        }
        return after;
    }

    private int readWord(int at, byte[] word, PathNode node, Kind kind) throws JsonException {
        int after = wordEnd(at, word);
        settle(node, kind, at, after, true);
        return after;
    }

    private int wordEnd(int at, byte[] word) throws JsonException {
        int after = at + word.length;
        if (after > end || !Arrays.equals(json, at, after, word, 0, word.length)) {
            throw notJson(at, "a value");
        }
        checkEndOfValue(after);
        return after;
    }

    /** Checks that a word or number ends here: the beginning of a longer or incomplete one is not a value. */
    private void checkEndOfValue(int at) throws JsonException {
        if (at == end ? depth > 0 : !isBlank(json[at]) && json[at] != ',' && json[at] != ']' && json[at] != '}') {
            throw notJson(at, "the end of a value");
        }
    }

    private int take(char expected, int at) throws JsonException {
        if (json[at] != expected) {
            throw notJson(at, "'" + expected + "'");
        }
        return at + 1;
    }

    /** The position of the next character other than blanks. */
    private int toToken(int at) throws JsonException {
        int after = skipBlanks(at);
        if (after == end) {
            throw notJson(after, "more");
        }
        return after;
    }

    private int skipBlanks(int start) {
        int at = start;
        while (at < end && isBlank(json[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte b) {
        return b <= ' ' && (b == ' ' || b == '\n' || b == '\r' || b == '\t');
    }

    private JsonException notJson(int at, String expected) {
        if (SchemaFrame.isEncoded(json, begin, end)) {
            return fail(new JsonException(
                    BODY_FRAMED,
                    "is in the wire format of a schema registry, but not JSON, or is compressed with gzip"));
        }
        return fail(new JsonException(
                BODY_NOT_JSON, "is not JSON at byte " + (at - begin) + ", where " + expected + " is expected"));
    }

    private JsonException fail(JsonException cause) {
        failure = cause;
        return cause;
    }
}
