/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 32-bit hash MurmurHash2 of Austin Appleby, with the seed of Kafka's default partitioner.
 *
 * @see <a href="https://github.com/aappleby/smhasher/wiki/MurmurHash2">MurmurHash2</a>
 */
final class Murmur2 {

    private static final int SEED = 0x9747b28c;
    private static final int MULTIPLIER = 0x5bd1e995;
    private static final int SHIFT = 24;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Murmur2() {}

    static int hash(byte[] data) {
        int hash = SEED ^ data.length;
        int words = data.length / Integer.BYTES;
        for (int word = 0; word < words; word++) {
            int mixed = (int) INT.get(data, word * Integer.BYTES) * MULTIPLIER;
            mixed = (mixed ^ (mixed >>> SHIFT)) * MULTIPLIER;
            hash = (hash * MULTIPLIER) ^ mixed;
        }
        int rest = words * Integer.BYTES;
        if (rest < data.length) {
            for (int at = data.length - 1; at >= rest; at--) {
                hash ^= (data[at] & 0xff) << (Byte.SIZE * (at - rest));
            }
            hash *= MULTIPLIER;
        }
        hash = (hash ^ (hash >>> 13)) * MULTIPLIER;
        return hash ^ (hash >>> 15);
    }
}
