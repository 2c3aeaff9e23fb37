/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The certificate that the client presents to the server, with its key, as the files are at the moment. */
final class ClientIdentity extends X509ExtendedKeyManager {

    private static final char[] IN_MEMORY = "in memory".toCharArray();

    private final Reloaded<X509ExtendedKeyManager> current;

    private ClientIdentity(Reloaded<X509ExtendedKeyManager> current) {
        this.current = current;
    }

    /** From a file with the certificate and its issuers, and a file with the key. */
    static ClientIdentity ofPem(Path certificate, Path key, String password, LongSupplier tickerMs)
            throws IOException, GeneralSecurityException {
        return new ClientIdentity(new Reloaded<>(
                List.of(certificate, key),
                () -> {
                    KeyStore store = KeyStore.getInstance("PKCS12");
                    store.load(null, null);
                    Certificate[] chain = chain(certificate);
                    PrivateKey secret = PemKey.parse(Files.readString(key, UTF_8), password);
                    ensureFit(chain[0], secret);
                    store.setKeyEntry("client", secret, IN_MEMORY, chain);
                    return managerOf(store, IN_MEMORY);
                },
                tickerMs));
    }

    /** From a key store. */
    static ClientIdentity ofKeyStore(Path file, char[] password, LongSupplier tickerMs)
            throws IOException, GeneralSecurityException {
        return new ClientIdentity(new Reloaded<>(
                List.of(file),
                () -> {
                    KeyStore store = Tls.keyStore(file, password);
                    for (String alias : Collections.list(store.aliases())) {
                        if (store.isKeyEntry(alias)) {
                            return managerOf(store, password);
                        }
                    }
                    throw new KeyStoreException("the key store has no private key");
                },
                tickerMs));
    }

    private static Certificate[] chain(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(new Certificate[0]);
            if (chain.length == 0) {
                throw new CertificateException("there is no certificate in " + file);
            }
            return chain;
        }
    }

    /** If only one of the two files has been replaced so far, the key belongs to another certificate. */
    private static void ensureFit(Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "DSA" -> "SHA256withDSA";
            default -> key.getAlgorithm();
        };
        byte[] message = "courier".getBytes(UTF_8);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(message);
        byte[] signed = signature.sign();
        boolean fits = key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm());
        if (fits) {
            signature.initVerify(certificate);
            signature.update(message);
            fits = signature.verify(signed);
        }
        if (!fits) {
            throw new KeyStoreException("the private key does not belong to the first certificate");
        }
    }

    private static X509ExtendedKeyManager managerOf(KeyStore store, char[] password) throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        for (KeyManager manager : factory.getKeyManagers()) {
            if (manager instanceof X509ExtendedKeyManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("no key manager for X.509");
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
        return current.get().chooseEngineClientAlias(keyType, issuers, engine);
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
        return current.get().chooseClientAlias(keyType, issuers, socket);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
        return current.get().getClientAliases(keyType, issuers);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return current.get().getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return current.get().getPrivateKey(alias);
    }
}
