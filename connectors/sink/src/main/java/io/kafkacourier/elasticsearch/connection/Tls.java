/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import io.kafkacourier.elasticsearch.connection.ConnectionConfig.TlsVerification;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Which certificates the client trusts, and which one it presents. The HTTP client checks host names. */
final class Tls {

    private Tls() {}

    /**
     * The context for a configuration.
     *
     * @throws UnusableFile if a file of certificates or keys cannot be used
     */
    static SSLContext context(ConnectionConfig config) {
        try {
            TrustManager trust = trust(config);
            KeyManager identity = identity(config);
            if (trust == null && identity == null) {
                return SSLContext.getDefault();
            }
            return context(identity, trust);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no TLS", e);
        }
    }

    /** A context to find out whether a port speaks TLS. Nothing may be sent through it. */
    static SSLContext trustingEverybody() throws GeneralSecurityException {
        return context(null, new TrustEverybody());
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

    /** A key store of any type. */
    static KeyStore keyStore(Path file, char @Nullable [] password) throws IOException, GeneralSecurityException {
        if (!Files.isReadable(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return KeyStore.getInstance(file.toFile(), password);
    }

    /** Null if those of the Java runtime are to be used. */
    private static @Nullable TrustManager trust(ConnectionConfig config) {
        if (config.tlsVerification() == TlsVerification.NONE) {
            return new TrustEverybody();
        } else if (!config.caFingerprint().isEmpty()) {
            return new PinnedAuthority(config.caFingerprint());
        } else if (!config.caPath().isEmpty()) {
            Path file = path(ConnectionConfig.CA_PATH, config.caPath());
            return made(
                    ConnectionConfig.CA_PATH,
                    config.caPath(),
                    "a file of PEM certificates",
                    () -> new TrustFiles(new Reloaded<>(List.of(file), () -> trusting(ofPem(file)), Tls::nowMs)));
        } else if (!config.truststorePath().isEmpty()) {
            Path file = path(ConnectionConfig.TRUSTSTORE_PATH, config.truststorePath());
            String password = config.truststorePassword().value();
            return made(
                    ConnectionConfig.TRUSTSTORE_PATH,
                    config.truststorePath(),
                    "a key store of certificates, with the right password,",
                    () -> new TrustFiles(
                            new Reloaded<>(List.of(file), () -> trusting(ofStore(file, password)), Tls::nowMs)));
        }
        return null;
    }

    /** Null if the client presents no certificate. */
    private static @Nullable KeyManager identity(ConnectionConfig config) {
        if (!config.keystorePath().isEmpty()) {
            Path file = path(ConnectionConfig.KEYSTORE_PATH, config.keystorePath());
            char[] password = config.keystorePassword().value().toCharArray();
            return made(
                    ConnectionConfig.KEYSTORE_PATH,
                    config.keystorePath(),
                    "a key store with a private key, with the right password,",
                    () -> ClientIdentity.ofKeyStore(file, password, Tls::nowMs));
        } else if (!config.clientKeyPath().isEmpty()) {
            Path certificate = path(ConnectionConfig.CLIENT_CERTIFICATE_PATH, config.clientCertificatePath());
            Path key = path(ConnectionConfig.CLIENT_KEY_PATH, config.clientKeyPath());
            return made(
                    ConnectionConfig.CLIENT_KEY_PATH,
                    config.clientKeyPath(),
                    "a PEM private key that belongs to the certificate of " + ConnectionConfig.CLIENT_CERTIFICATE_PATH,
                    () -> ClientIdentity.ofPem(
                            certificate, key, config.clientKeyPassword().value(), Tls::nowMs));
        }
        return null;
    }

    private static Path path(String key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UnusableFile(key, text, "must be a path (" + e.getMessage() + ")");
        }
    }

    private static <T> T made(String key, String path, String what, Reloaded.Source<T> source) {
        try {
            return source.load();
        } catch (IOException | GeneralSecurityException e) {
            throw new UnusableFile(key, path, "must be " + what + " that the worker can read (" + e + ")");
        }
    }

    private static Collection<? extends Certificate> ofPem(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            return notEmpty(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
    }

    private static Collection<? extends Certificate> ofStore(Path file, String password)
            throws IOException, GeneralSecurityException {
        char[] secret = password.isEmpty() ? null : password.toCharArray();
        KeyStore store = keyStore(file, secret);
        List<Certificate> certificates = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isCertificateEntry(alias)) {
                certificates.add(store.getCertificate(alias));
            }
        }
        return notEmpty(certificates);
    }

    private static Collection<? extends Certificate> notEmpty(Collection<? extends Certificate> certificates)
            throws CertificateException {
        if (certificates.isEmpty()) {
            throw new CertificateException("it contains no certificate");
        }
        return certificates;
    }

    private static SSLContext context(@Nullable KeyManager identity, @Nullable TrustManager trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                identity == null ? null : new KeyManager[] {identity},
                trust == null ? null : new TrustManager[] {trust},
                null);
        return context;
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Trusts the authorities in files, as the files are at the moment. */
    private record TrustFiles(Reloaded<X509TrustManager> current) implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            current.get().checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            current.get().checkServerTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return current.get().getAcceptedIssuers();
        }
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
