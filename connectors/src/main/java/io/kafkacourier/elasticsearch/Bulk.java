/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Operations on their way, as the body of one {@code _bulk} request in one buffer. Where each operation ends is kept, so
 * that a part of it can be sent again by copying bytes. Not safe for use by several threads, and not to be changed
 * while it is being sent.
 */
final class Bulk {

    /**
     * One operation.
     *
     * @param start of its lines in the buffer
     * @param end behind its last line break
     */
    record Operation(Pending pending, String index, int start, int end) {

        /** What the objects around a record and its operation cost, roughly. */
        private static final int OVERHEAD = 256;

        int length() {
            return end - start;
        }

        /** Memory it holds: the lines in the buffer, and the record, whose value is about as long. */
        int heldBytes() {
            return OVERHEAD + 2 * length();
        }
    }

    private static final int INITIAL_CAPACITY = 16 * 1024;
    private static final byte[] INDEX = "{\"create\":{\"_index\":\"".getBytes(US_ASCII);
    private static final byte[] ID = "\",\"_id\":\"".getBytes(US_ASCII);
    private static final byte[] END_OF_ACTION = "\"}}\n".getBytes(US_ASCII);

    private final List<Operation> operations = new ArrayList<>();
    private byte[] bytes;
    private int length;

    Bulk() {
        this(INITIAL_CAPACITY);
    }

    private Bulk(int capacity) {
        bytes = new byte[capacity];
    }

    /** The length of what {@link #add} will append for a document. */
    static int lengthOf(Document document) {
        return INDEX.length
                + document.index().length()
                + ID.length
                + document.id().length
                + END_OF_ACTION.length
                + document.json().length
                + 1;
    }

    /** Appends the creation of a document. */
    Operation add(Pending pending, Document document) {
        int start = length;
        ensure(lengthOf(document));
        append(INDEX);
        append(document.index().getBytes(US_ASCII));
        append(ID);
        append(document.id());
        append(END_OF_ACTION);
        int body = length;
        append(document.json());
        keepOnOneLine(body);
        bytes[length++] = '\n';
        return put(pending, document.index(), start);
    }

    /** Appends an operation of another bulk. */
    void add(Operation operation, Bulk from) {
        int start = length;
        ensure(operation.length());
        System.arraycopy(from.bytes, operation.start(), bytes, length, operation.length());
        length += operation.length();
        put(operation.pending(), operation.index(), start);
    }

    /** A new bulk of some of the operations. */
    Bulk only(List<Operation> some) {
        Bulk part = new Bulk(some.stream().mapToInt(Operation::length).sum());
        some.forEach(operation -> part.add(operation, this));
        return part;
    }

    /** Two new bulks of half of the operations, of which there must be more than one. */
    List<Bulk> halves() {
        int middle = operations.size() / 2;
        return List.of(only(operations.subList(0, middle)), only(operations.subList(middle, operations.size())));
    }

    List<Operation> operations() {
        return operations;
    }

    int count() {
        return operations.size();
    }

    boolean isEmpty() {
        return operations.isEmpty();
    }

    /** The buffer, of which the first {@link #length} bytes count. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private Operation put(Pending pending, String index, int start) {
        Operation operation = new Operation(pending, index, start, length);
        operations.add(operation);
        return operation;
    }

    private void ensure(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * bytes.length)));
        }
    }

    private void append(byte[] part) {
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
    }

    /** Within JSON a line break stands only between tokens, where a blank says the same. */
    private void keepOnOneLine(int from) {
        for (int i = from; i < length; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
    }
}
