/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Operations on one destination, as the body of one request in one buffer. It remembers where each operation ends, so that
 * some of them can be sent again by copying bytes. Not safe for use by several threads, and not to be changed while it is
 * being sent.
 */
public final class Batch {

    /**
     * One operation: it writes one record.
     *
     * @param start where it begins in the buffer
     * @param end the position after its last byte
     */
    record Operation(PendingRecord pending, String destination, int start, int end) {

        int length() {
            return end - start;
        }

        /** The memory it takes: its bytes in the buffer, and the record. */
        long heldBytes() {
            return (long) length() + pending.heldBytes();
        }
    }

    private static final int MIN_CAPACITY = 1024;
    /** What {@link #failedAfter} returns if no request failed. */
    static final long NEVER = -1;

    private final List<Operation> operations = new ArrayList<>();
    private byte[] bytes = {};
    private int length;
    private long failedAfter = NEVER;

    /** Appends the operation that writes a record. */
    Operation add(PendingRecord pending, EncodedRecord encoded) {
        int start = length;
        reserve(encoded.length());
        encoded.writeTo(bytes, start);
        length += encoded.length();
        return put(pending, encoded.destination(), start);
    }

    /** Appends an operation of another batch. */
    Operation add(Operation operation, Batch from) {
        int start = length;
        reserve(operation.length());
        System.arraycopy(from.bytes, operation.start(), bytes, length, operation.length());
        length += operation.length();
        return put(operation.pending(), operation.destination(), start);
    }

    /** A new batch of some of the operations. It inherits {@link #failedAfter}. */
    Batch only(List<Operation> some) {
        Batch part = new Batch();
        part.failedAfter = failedAfter;
        part.bytes = new byte[some.stream().mapToInt(Operation::length).sum()];
        some.forEach(operation -> part.add(operation, this));
        return part;
    }

    /** Two new batches with half of the operations each. There must be more than one operation. */
    List<Batch> halves() {
        int middle = operations.size() / 2;
        return List.of(only(operations.subList(0, middle)), only(operations.subList(middle, operations.size())));
    }

    /** Gives back the memory that was reserved for more operations. */
    void trim() {
        if (bytes.length > length) {
            bytes = Arrays.copyOf(bytes, length);
        }
    }

    /** The memory that is reserved for more operations. */
    int spareBytes() {
        return bytes.length - length;
    }

    /**
     * Notes that its request failed: because of one of its operations, or because no request gets through.
     *
     * @param requestsSent how many requests had been sent by then
     */
    void failed(long requestsSent) {
        failedAfter = requestsSent;
    }

    /**
     * How many requests had been sent when a request of it, or of the batch that it is a part of, last failed; {@link #NEVER}
     * if none did.
     */
    long failedAfter() {
        return failedAfter;
    }

    /** The destination of its operations, of which there must be one. */
    String destination() {
        return operations.get(0).destination();
    }

    List<Operation> operations() {
        return operations;
    }

    /** The number of operations. */
    public int count() {
        return operations.size();
    }

    boolean isEmpty() {
        return operations.isEmpty();
    }

    /** The buffer, of which the first {@link #length} bytes count. */
    public byte[] bytes() {
        return bytes;
    }

    /** The number of bytes to send. */
    public int length() {
        return length;
    }

    private Operation put(PendingRecord pending, String destination, int start) {
        Operation operation = new Operation(pending, destination, start, length);
        operations.add(operation);
        return operation;
    }

    private void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            long capacity = Math.max(MIN_CAPACITY, Math.max(needed, 2L * bytes.length));
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, capacity));
        }
    }
}
