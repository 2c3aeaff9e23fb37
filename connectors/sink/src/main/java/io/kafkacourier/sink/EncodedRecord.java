/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/** A record as the operation that writes it to one destination of the target system. Immutable. */
public interface EncodedRecord {

    /** The name of the destination: an index, a table, a collection. */
    String destination();

    /** The number of bytes of the operation. */
    int length();

    /** Writes these bytes into a buffer that has room for them. */
    void writeTo(byte[] buffer, int from);
}
