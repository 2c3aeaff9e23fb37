/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for this machine, as files in one directory. */
public final class TlsCertificate {

    /** The password of the key store and of the key. */
    static final String PASSWORD = "changeit";

    private final Path keyStore;
    private final Path pem;
    private final Certificate certificate;

    private TlsCertificate(Path keyStore, Path pem, Certificate certificate) {
        this.keyStore = keyStore;
        this.pem = pem;
        this.certificate = certificate;
    }

    /** Creates {@code <name>.p12} and {@code <name>.pem}, and replaces existing files. */
    public static TlsCertificate create(Path directory, String name) {
        Path keyStore = Directories.create(directory).resolve(name + ".p12");
        Path pem = directory.resolve(name + ".pem");
        Directories.delete(keyStore);
        ServiceProcess.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keyStore.toString(),
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                "bc:c",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1");
        try {
            Certificate certificate = KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray())
                    .getCertificate(name);
            Files.write(
                    pem,
                    List.of(
                            "-----BEGIN CERTIFICATE-----",
                            Base64.getMimeEncoder().encodeToString(certificate.getEncoded()),
                            "-----END CERTIFICATE-----"));
            return new TlsCertificate(keyStore, pem, certificate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key with its certificate, as PKCS #12. */
    Path keyStore() {
        return keyStore;
    }

    /** The certificate as PEM. */
    public Path pem() {
        return pem;
    }

    /** The SHA-256 of the certificate in hex. */
    public String fingerprint() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client's context that trusts only this certificate. */
    SSLContext trust() {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("authority", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
