/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Reads private keys in PEM: PKCS #8, encrypted or not, and PKCS #1, in which elasticsearch-certutil writes them. */
final class PemKey {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

    /** The bytes before an RSA key in PKCS #8: version 0, and the algorithm rsaEncryption without parameters. */
    private static final byte[] RSA_PREFIX = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;

    private PemKey() {}

    /**
     * The first private key of a text.
     *
     * @param password empty if the key is not encrypted
     * @throws GeneralSecurityException if there is no key, it has another form, or the password is wrong
     */
    static PrivateKey parse(String pem, String password) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeyException("there is no PEM block of a private key");
        }
        String kind = block.group(1);
        if (block.group(2).contains("ENCRYPTED") || !isKnown(kind)) {
            throw new InvalidKeyException("a key in the form '" + kind
                    + "' cannot be used; convert it with: openssl pkcs8 -topk8 -in old.pem -out new.pem");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new InvalidKeyException("the PEM block of the private key is not base64");
        }
        return switch (kind) {
            case "ENCRYPTED PRIVATE KEY" -> ofPkcs8(decrypted(der, password));
            case "RSA PRIVATE KEY" -> ofPkcs8(sequence(RSA_PREFIX, tagged(OCTET_STRING, der)));
            default -> ofPkcs8(der);
        };
    }

    private static boolean isKnown(String kind) {
        return List.of("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY")
                .contains(kind);
    }

    private static PrivateKey ofPkcs8(byte[] der) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException ofAnotherAlgorithm) {
                // PKCS #8 names the algorithm, but the JDK has no parser that uses the name: the next one is tried.
            }
        }
        throw new InvalidKeyException("the private key has none of the algorithms " + ALGORITHMS);
    }

    private static byte[] decrypted(byte[] der, String password) throws GeneralSecurityException {
        if (password.isEmpty()) {
            throw new InvalidKeyException(
                    "the private key is encrypted, but " + ConnectionConfig.CLIENT_KEY_PASSWORD + " is empty");
        }
        EncryptedPrivateKeyInfo encrypted;
        try {
            encrypted = new EncryptedPrivateKeyInfo(der);
        } catch (IOException e) {
            throw new InvalidKeyException("the encrypted private key cannot be read", e);
        }
        // For PBES2 only the parameters name the algorithm.
        String algorithm = encrypted.getAlgName().startsWith("PBES2")
                        || encrypted.getAlgName().equals("1.2.840.113549.1.5.13")
                ? encrypted.getAlgParameters().toString()
                : encrypted.getAlgName();
        try {
            Key key = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key, encrypted.getAlgParameters());
            return encrypted.getKeySpec(cipher).getEncoded();
        } catch (InvalidKeySpecException | InvalidKeyException e) {
            throw new InvalidKeyException("the private key cannot be decrypted: the password is wrong");
        }
    }

    private static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        return tagged(SEQUENCE, content.toByteArray());
    }

    /** DER with a length of up to three bytes. */
    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        out.write(0x82);
        out.write(content.length >> 8);
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }
}
