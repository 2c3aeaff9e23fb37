/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 (RFC 2104) with one secret, for any thread. */
final class HmacSha256 {

    private static final String ALGORITHM = "HmacSHA256";

    private final Key secret;
    /** Never used directly: copying it is cheaper than preparing the secret again. */
    private final Mac fresh;

    /** @param secret the secret, not empty; its UTF-8 form is the key of the HMAC */
    HmacSha256(String secret) {
        this.secret = new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM);
        this.fresh = fresh();
    }

    byte[] of(byte[] bytes) {
        try {
            return ((Mac) fresh.clone()).doFinal(bytes);
        } catch (CloneNotSupportedException e) {
            return fresh().doFinal(bytes);
        }
    }

    private Mac fresh() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + ALGORITHM, e);
        }
    }
}
