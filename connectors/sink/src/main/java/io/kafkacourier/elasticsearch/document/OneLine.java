/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Puts JSON text on one line, as a bulk request requires. */
final class OneLine {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private OneLine() {}

    /**
     * The same JSON with blanks in place of line breaks. Line breaks occur only between tokens, where a blank means the same.
     *
     * @return {@code json} itself if it is on one line, otherwise a copy
     */
    static byte[] of(byte[] json) {
        int first = firstControl(json);
        if (first == json.length) {
            return json;
        }
        byte[] line = json.clone();
        for (int i = first; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }

    /** The position of the first byte below the blank. Looks at eight bytes at a time, since most documents have none. */
    private static int firstControl(byte[] json) {
        int at = 0;
        while (at + Long.BYTES <= json.length) {
            long bytes = (long) EIGHT_BYTES.get(json, at);
            if (((bytes - ONES * ' ') & ~bytes & HIGH_BITS) != 0) {
                break;
            }
            at += Long.BYTES;
        }
        while (at < json.length && (json[at] < 0 || json[at] >= ' ')) {
            at++;
        }
        return at;
    }
}
