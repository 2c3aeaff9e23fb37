/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.config.ConfigException;

/** Whom the client trusts. Host names are the business of the HTTP client. */
final class Tls {

    private Tls() {}

    /**
     * The context for a configuration.
     *
     * @throws ConfigException where the file of certificates cannot be read, or holds none
     */
    static SSLContext context(ElasticsearchTraceSinkConfig config) {
        try {
            if (config.tlsVerification() == ElasticsearchTraceSinkConfig.TlsVerification.NONE) {
                return context(new TrustEverybody());
            } else if (!config.caFingerprint().isEmpty()) {
                return context(new PinnedAuthority(config.caFingerprint()));
            } else if (!config.caPath().isEmpty()) {
                return context(trusting(read(config.caPath())));
            }
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no TLS", e);
        }
    }

    /** A context for finding out whether a port speaks TLS. Nothing may be sent through it. */
    static SSLContext trustingEverybody() throws GeneralSecurityException {
        return context(new TrustEverybody());
    }

    /** Trusts chains that end in one of these certificates, and nothing else. */
    static X509TrustManager trusting(Collection<? extends Certificate> authorities) throws GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            anchors.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store was not made", e);
        }
        int i = 0;
        for (Certificate authority : authorities) {
            anchors.setCertificateEntry("authority-" + i++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(anchors);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("no trust manager for X.509");
    }

    private static Collection<? extends Certificate> read(String path) {
        String allowed = "must be a file of PEM certificates that the worker can read";
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            Collection<? extends Certificate> authorities =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (authorities.isEmpty()) {
                throw new ConfigException(ElasticsearchTraceSinkConfig.CA_PATH, path, allowed + "; it holds none");
            }
            return authorities;
        } catch (IOException | InvalidPathException | CertificateException e) {
            throw new ConfigException(ElasticsearchTraceSinkConfig.CA_PATH, path, allowed + " (" + e + ")");
        }
    }

    private static SSLContext context(TrustManager trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust}, null);
        return context;
    }

    /** What {@code elasticsearch.tls.verification=none} asks for. */
    private static final class TrustEverybody implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
