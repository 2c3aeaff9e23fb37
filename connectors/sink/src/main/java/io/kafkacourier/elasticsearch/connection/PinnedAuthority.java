/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts the one certificate with a fingerprint. It is not enough that the certificate is in the chain, since anybody can
 * append it: the chain must be valid with it as the only anchor.
 */
final class PinnedAuthority implements X509TrustManager {

    private final byte[] fingerprint;

    /** @param sha256 64 hex digits */
    PinnedAuthority(String sha256) {
        this.fingerprint = HexFormat.of().parseHex(sha256);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        try {
            Tls.trusting(List.of(pinned(chain))).checkServerTrusted(chain, authType);
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the chain could not be checked", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no client is trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private X509Certificate pinned(X509Certificate[] chain) throws GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (X509Certificate certificate : chain) {
            if (MessageDigest.isEqual(fingerprint, sha256.digest(certificate.getEncoded()))) {
                return certificate;
            }
        }
        throw new CertificateException("no certificate of the server's chain has the fingerprint "
                + HexFormat.of().formatHex(fingerprint));
    }
}
