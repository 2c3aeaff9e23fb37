/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

/** Bytes that documents and their records hold from when they are accepted until they are settled, refused or dropped. */
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
