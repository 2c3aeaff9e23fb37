/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/** The bytes that records and their operations take, from when a record is accepted until it is settled, refused or dropped. */
final class HeldMemory {

    private long bytes;

    void take(long more) {
        bytes += more;
    }

    void release(long fewer) {
        bytes -= fewer;
    }

    long bytes() {
        return bytes;
    }
}
