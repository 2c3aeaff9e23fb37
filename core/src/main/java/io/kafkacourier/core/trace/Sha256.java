/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, for any thread. */
final class Sha256 {

    /** Never used directly: copying it takes half the time of looking up the algorithm again. */
    private static final MessageDigest FRESH = fresh();

    private Sha256() {}

    static byte[] of(byte[] bytes) {
        try {
            return ((MessageDigest) FRESH.clone()).digest(bytes);
        } catch (CloneNotSupportedException e) {
            return fresh().digest(bytes);
        }
    }

    private static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
