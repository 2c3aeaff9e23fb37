/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Operations on one index, as the body of one {@code _bulk} request in one buffer. Where each operation ends is kept, so
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

        int length() {
            return end - start;
        }

        /** Memory it holds: its lines in the buffer, and the record. */
        long heldBytes() {
            return (long) length() + pending.heldBytes();
        }
    }

    private static final int LEAST_CAPACITY = 1024;
    /** What {@link #failedAfter} returns if no request failed. */
    static final long NEVER = -1;

    private static final byte[] INDEX = "{\"create\":{\"_index\":\"".getBytes(US_ASCII);
    private static final byte[] ID = "\",\"_id\":\"".getBytes(US_ASCII);
    private static final byte[] END_OF_ACTION = "\"}}\n".getBytes(US_ASCII);

    private final List<Operation> operations = new ArrayList<>();
    private byte[] bytes = {};
    private int length;
    private long failedAfter = NEVER;

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
        append(document.json());
        bytes[length++] = '\n';
        return put(pending, document.index(), start);
    }

    /** Appends an operation of another bulk. */
    Operation add(Operation operation, Bulk from) {
        int start = length;
        ensure(operation.length());
        System.arraycopy(from.bytes, operation.start(), bytes, length, operation.length());
        length += operation.length();
        return put(operation.pending(), operation.index(), start);
    }

    /** A new bulk of some of the operations. What is known of failures of this one holds for it. */
    Bulk only(List<Operation> some) {
        Bulk part = new Bulk();
        part.failedAfter = failedAfter;
        part.bytes = new byte[some.stream().mapToInt(Operation::length).sum()];
        some.forEach(operation -> part.add(operation, this));
        return part;
    }

    /** Two new bulks of half of the operations, of which there must be more than one. */
    List<Bulk> halves() {
        int middle = operations.size() / 2;
        return List.of(only(operations.subList(0, middle)), only(operations.subList(middle, operations.size())));
    }

    /** Gives back the memory that was taken for more operations than came. */
    void trim() {
        if (bytes.length > length) {
            bytes = Arrays.copyOf(bytes, length);
        }
    }

    /** Memory that was taken for more operations. */
    int spareBytes() {
        return bytes.length - length;
    }

    /**
     * Notes that its request failed: because of one of its operations, or because no request gets through.
     *
     * @param requestsSent how many had been sent by then
     */
    void failed(long requestsSent) {
        failedAfter = requestsSent;
    }

    /** How many requests had been sent when that last happened to it, or to the bulk it is a part of; else {@link #NEVER}. */
    long failedAfter() {
        return failedAfter;
    }

    /** The index of its operations, of which there must be one. */
    String index() {
        return operations.get(0).index();
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
            long capacity = Math.max(LEAST_CAPACITY, Math.max(needed, 2L * bytes.length));
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, capacity));
        }
    }

    private void append(byte[] part) {
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
    }
}
