/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.kafkacourier.core.config.ConfigErrors;
import io.kafkacourier.core.time.Durations;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.DurationRange;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** The connection to the cluster: its keys, what they accept, and what they do. */
public final class ConnectionConfig {

    public static final String HOSTS = "elasticsearch.hosts";
    static final String USERNAME = "elasticsearch.username";
    static final String USER_PASSWORD = "elasticsearch.password";
    static final String API_KEY = "elasticsearch.api.key";
    static final String CA_PATH = "elasticsearch.ca.path";
    static final String CA_FINGERPRINT = "elasticsearch.ca.fingerprint";
    static final String TRUSTSTORE_PATH = "elasticsearch.truststore.path";
    static final String TRUSTSTORE_PASSWORD = "elasticsearch.truststore.password";
    static final String TLS_VERIFICATION = "elasticsearch.tls.verification";
    static final String CLIENT_CERTIFICATE_PATH = "elasticsearch.client.certificate.path";
    static final String CLIENT_KEY_PATH = "elasticsearch.client.key.path";
    static final String CLIENT_KEY_PASSWORD = "elasticsearch.client.key.password";
    static final String KEYSTORE_PATH = "elasticsearch.keystore.path";
    static final String KEYSTORE_PASSWORD = "elasticsearch.keystore.password";
    static final String PROXY = "elasticsearch.proxy";
    static final String PROXY_USERNAME = "elasticsearch.proxy.username";
    static final String PROXY_PASSWORD = "elasticsearch.proxy.password";
    static final String CONNECT_TIMEOUT = "elasticsearch.connect.timeout";
    static final String REQUEST_TIMEOUT = "elasticsearch.request.timeout";

    /** What of the server's certificate is checked. */
    enum TlsVerification {
        FULL,
        CERTIFICATE,
        NONE
    }

    private static final String READ_AGAIN =
            " The file is read again when it changes. If it cannot be read then, the last good one stays in use.";

    private final AbstractConfig values;

    /** @param values of a definition with these keys */
    public ConnectionConfig(AbstractConfig values) {
        this.values = values;
    }

    /** Defines the keys. */
    public static void define(ConfigDefinition group) {
        group.key(
                HOSTS,
                LIST,
                NO_DEFAULT_VALUE,
                new Hosts(),
                HIGH,
                "Nodes of the cluster, or a proxy in front of it, as http(s)://host:port separated by commas. A path, such as"
                        + " https://proxy/es, is put in front of the path of every request, and must be the same for all hosts. Without a port:"
                        + " 443 for https and 80 for http, as in any URL; Elasticsearch itself listens on 9200. Requests are spread over the"
                        + " nodes. A node that does not answer is left out for a while.");
        group.key(
                USERNAME,
                STRING,
                "",
                null,
                MEDIUM,
                "User for basic authentication. Empty: none. Not to be set together with " + API_KEY + ".");
        group.key(USER_PASSWORD, PASSWORD, "", null, MEDIUM, "Password of " + USERNAME + ".");
        group.key(
                API_KEY,
                PASSWORD,
                "",
                null,
                MEDIUM,
                "API key in its encoded form (base64 of id:key), sent with every request. Empty: none.");
        group.key(
                CA_PATH,
                STRING,
                "",
                null,
                MEDIUM,
                "File on the worker with the PEM certificates of the authorities to trust, instead of those of the Java"
                        + " runtime. Empty: those of the runtime." + READ_AGAIN);
        group.key(
                CA_FINGERPRINT,
                STRING,
                "",
                new Fingerprint(),
                MEDIUM,
                "SHA-256 of the one certificate to trust, in hex, with or without colons; Elasticsearch prints it when security is set"
                        + " up. The certificate must be in the chain that the server sends, and the chain must be valid with it as the only"
                        + " anchor. Empty: not pinned.");
        group.key(
                TRUSTSTORE_PATH,
                STRING,
                "",
                null,
                LOW,
                "Key store on the worker (PKCS #12 or JKS) with the certificates of the authorities to trust, instead of "
                        + CA_PATH + ". Empty: none." + READ_AGAIN);
        group.key(TRUSTSTORE_PASSWORD, PASSWORD, "", null, LOW, "Password of " + TRUSTSTORE_PATH + ". Empty: none.");
        group.key(
                TLS_VERIFICATION,
                STRING,
                "full",
                ValidString.in("full", "certificate", "none"),
                MEDIUM,
                "full checks the certificate and the host name; certificate checks only the certificate. none checks nothing: anybody"
                        + " between the worker and the server can then read and change everything.");
        defineClientCertificate(group);
        group.key(
                PROXY,
                STRING,
                "",
                new Proxy(),
                LOW,
                "HTTP proxy for all requests, as http://host:port. Requests to https hosts go through a tunnel"
                        + " (CONNECT). Empty: none; the proxy settings of the Java runtime are not used.");
        group.key(
                PROXY_USERNAME, STRING, "", null, LOW, "User for basic authentication at " + PROXY + ". Empty: none.");
        group.key(PROXY_PASSWORD, PASSWORD, "", null, LOW, "Password of " + PROXY_USERNAME + ".");
        group.key(
                CONNECT_TIMEOUT,
                STRING,
                "5s",
                DurationRange.atLeast(Duration.ofMillis(100)),
                LOW,
                "How long the client waits for a connection before it tries the next host.");
        group.key(
                REQUEST_TIMEOUT,
                STRING,
                "60s",
                DurationRange.atLeast(Duration.ofSeconds(1)),
                LOW,
                "How long the client waits for data of an answer. A bulk request that takes longer is sent again, which is safe because"
                        + " of its ids. If the server needs longer than this for every request, no request ever succeeds.");
    }

    private static void defineClientCertificate(ConfigDefinition group) {
        group.key(
                CLIENT_CERTIFICATE_PATH,
                STRING,
                "",
                null,
                MEDIUM,
                "File on the worker with the PEM certificate that the client presents to the server, followed by those of its issuers if"
                        + " any. To be set together with " + CLIENT_KEY_PATH + ". Empty: none." + READ_AGAIN);
        group.key(
                CLIENT_KEY_PATH,
                STRING,
                "",
                null,
                MEDIUM,
                "File on the worker with the PEM private key of " + CLIENT_CERTIFICATE_PATH
                        + ": PKCS #8 ('PRIVATE KEY'," + " 'ENCRYPTED PRIVATE KEY') or PKCS #1 ('RSA PRIVATE KEY')."
                        + READ_AGAIN);
        group.key(
                CLIENT_KEY_PASSWORD,
                PASSWORD,
                "",
                null,
                MEDIUM,
                "Password of the key in " + CLIENT_KEY_PATH + ". Empty: the key is not encrypted.");
        group.key(
                KEYSTORE_PATH,
                STRING,
                "",
                null,
                MEDIUM,
                "Key store on the worker (PKCS #12 or JKS) with the certificate that the client presents to the server and its key,"
                        + " instead of " + CLIENT_CERTIFICATE_PATH + ". Empty: none." + READ_AGAIN);
        group.key(
                KEYSTORE_PASSWORD,
                PASSWORD,
                "",
                null,
                MEDIUM,
                "Password of " + KEYSTORE_PATH + " and of the key in it.");
    }

    /** Adds the errors that the validator of a single key cannot see. */
    public static void check(Map<String, String> properties, ConfigErrors errors) {
        together(properties, USERNAME, USER_PASSWORD, errors);
        together(properties, PROXY_USERNAME, PROXY_PASSWORD, errors);
        together(properties, CLIENT_CERTIFICATE_PATH, CLIENT_KEY_PATH, errors);
        needs(properties, PROXY_USERNAME, PROXY, errors);
        needs(properties, CLIENT_KEY_PASSWORD, CLIENT_KEY_PATH, errors);
        needs(properties, KEYSTORE_PASSWORD, KEYSTORE_PATH, errors);
        needs(properties, TRUSTSTORE_PASSWORD, TRUSTSTORE_PATH, errors);
        oneOf(properties, List.of(USERNAME, API_KEY), errors);
        oneOf(properties, List.of(CLIENT_CERTIFICATE_PATH, KEYSTORE_PATH), errors);
        List<String> trust = List.of(CA_PATH, CA_FINGERPRINT, TRUSTSTORE_PATH);
        oneOf(properties, trust, errors);
        if (text(properties, TLS_VERIFICATION).equals("none")
                && trust.stream().anyMatch(key -> isSet(properties, key))) {
            errors.add(
                    TLS_VERIFICATION,
                    "none",
                    "must be full or certificate together with " + CA_PATH + ", " + CA_FINGERPRINT + " or "
                            + TRUSTSTORE_PATH);
        }
    }

    private static void together(Map<String, String> properties, String one, String other, ConfigErrors errors) {
        if (isSet(properties, one) && !isSet(properties, other)) {
            errors.add(other, shown(properties, other), "must be set together with " + one);
        } else if (!isSet(properties, one) && isSet(properties, other)) {
            errors.add(one, shown(properties, one), "must be set together with " + other);
        }
    }

    private static void needs(Map<String, String> properties, String key, String needed, ConfigErrors errors) {
        if (isSet(properties, key) && !isSet(properties, needed)) {
            errors.add(needed, "", "must be set together with " + key);
        }
    }

    private static void oneOf(Map<String, String> properties, List<String> keys, ConfigErrors errors) {
        List<String> set = keys.stream().filter(key -> isSet(properties, key)).toList();
        if (set.size() > 1) {
            String last = set.get(set.size() - 1);
            errors.add(
                    last,
                    shown(properties, last),
                    "must be empty together with " + set.get(0) + ": only one of them can be used");
        }
    }

    private static String shown(Map<String, String> properties, String key) {
        boolean secret = key.equals(API_KEY) || key.endsWith("password");
        return secret ? Password.HIDDEN : text(properties, key);
    }

    private static boolean isSet(Map<String, String> properties, String key) {
        return !text(properties, key).isEmpty();
    }

    private static String text(Map<String, String> properties, String key) {
        String value = properties.get(key);
        return value == null ? "" : value;
    }

    /** The hosts, at least one. */
    public List<HttpHost> hosts() {
        return values.getList(HOSTS).stream().map(Hosts::parse).toList();
    }

    /** The prefix of the path of every request, such as {@code /es}; empty if there is none. */
    public String pathPrefix() {
        return Hosts.path(values.getList(HOSTS).get(0));
    }

    String username() {
        return values.getString(USERNAME);
    }

    Password password() {
        return values.getPassword(USER_PASSWORD);
    }

    Password apiKey() {
        return values.getPassword(API_KEY);
    }

    String caPath() {
        return values.getString(CA_PATH);
    }

    /** 64 lower-case hex digits, or empty. */
    String caFingerprint() {
        return Fingerprint.normalize(values.getString(CA_FINGERPRINT));
    }

    String truststorePath() {
        return values.getString(TRUSTSTORE_PATH);
    }

    Password truststorePassword() {
        return values.getPassword(TRUSTSTORE_PASSWORD);
    }

    TlsVerification tlsVerification() {
        return TlsVerification.valueOf(values.getString(TLS_VERIFICATION).toUpperCase(Locale.ROOT));
    }

    String clientCertificatePath() {
        return values.getString(CLIENT_CERTIFICATE_PATH);
    }

    String clientKeyPath() {
        return values.getString(CLIENT_KEY_PATH);
    }

    Password clientKeyPassword() {
        return values.getPassword(CLIENT_KEY_PASSWORD);
    }

    String keystorePath() {
        return values.getString(KEYSTORE_PATH);
    }

    Password keystorePassword() {
        return values.getPassword(KEYSTORE_PASSWORD);
    }

    /** Null if requests go to the hosts directly. */
    @Nullable
    HttpHost proxy() {
        String proxy = values.getString(PROXY);
        return proxy.isEmpty() ? null : Hosts.parse(proxy);
    }

    String proxyUsername() {
        return values.getString(PROXY_USERNAME);
    }

    Password proxyPassword() {
        return values.getPassword(PROXY_PASSWORD);
    }

    Duration connectTimeout() {
        return Durations.parse(values.getString(CONNECT_TIMEOUT));
    }

    /** How long the client waits for data of an answer. */
    public Duration requestTimeout() {
        return Durations.parse(values.getString(REQUEST_TIMEOUT));
    }

    /** Accepts an address of a proxy, or nothing. */
    private static final class Proxy implements ConfigDef.Validator {

        @Override
        public void ensureValid(String name, @Nullable Object value) {
            String text = value == null ? "" : (String) value;
            if (text.isEmpty()) {
                return;
            }
            String mistake = Hosts.mistake(text);
            if (mistake == null
                    && (!Hosts.parse(text).getSchemeName().equals("http")
                            || !Hosts.path(text).isEmpty())) {
                mistake = "only http:// without a path";
            }
            if (mistake != null) {
                throw new ConfigException(name, Hosts.withoutCredentials(text), "must be " + this + "; " + mistake);
            }
        }

        @Override
        public String toString() {
            return "empty, or http://host:port without a path or credentials";
        }
    }

    /** Accepts a SHA-256 in hex, or nothing. */
    private static final class Fingerprint implements ConfigDef.Validator {

        private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

        @Override
        public void ensureValid(String name, @Nullable Object value) {
            String text = value == null ? "" : (String) value;
            if (!text.isEmpty() && !SHA_256.matcher(normalize(text)).matches()) {
                throw new ConfigException(name, text, "must be " + this);
            }
        }

        static String normalize(String text) {
            return text.replace(":", "").toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return "empty, or a SHA-256 of 64 hex digits, colons allowed";
        }
    }
}
