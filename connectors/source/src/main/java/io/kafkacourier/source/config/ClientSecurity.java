/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static java.util.stream.Collectors.joining;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of one of the connector's clients. Its methods return texts for messages, without secrets.
 *
 * @param client the name of the client in messages, such as {@code consumer}
 * @param settings its settings; only those for security are kept
 */
public record ClientSecurity(String client, Map<String, Object> settings) {

    private static final List<String> PREFIXES = List.of("security.", "sasl.", "ssl.");

    private static final String DEFAULT_PROTOCOL = "PLAINTEXT";

    /** The user in the options of a login module: quoted, or up to the next option. */
    private static final Pattern USERNAME =
            Pattern.compile("\\busername\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s;\"']+))");

    public ClientSecurity {
        settings = security(settings);
    }

    /** The settings for access to a secured cluster. */
    static Map<String, Object> security(Map<String, ?> settings) {
        Map<String, Object> security = new HashMap<>();
        settings.forEach((key, value) -> {
            if (value != null && isSecurity(key)) {
                security.put(key, value);
            }
        });
        return security;
    }

    static boolean isSecurity(String key) {
        return PREFIXES.stream().anyMatch(key::startsWith);
    }

    /** Whether both clients have the same credentials. */
    public boolean isSameAs(ClientSecurity other) {
        return settings.equals(other.settings);
    }

    /** The client and its principal, as far as its settings show it. */
    public String who() {
        return "the connector's " + client + " (" + principal() + ")";
    }

    /** The principal of the client, by Kafka's own rules for names. */
    String principal() {
        String protocol = protocol();
        if (protocol.startsWith("SASL")) {
            String user = saslUser();
            return user == null ? "the principal of its sasl.mechanism, " + mechanism() : "User:" + user;
        } else if (protocol.equals("SSL") && hasCertificate()) {
            return "the subject of the certificate in ssl.keystore.*";
        }
        return "User:ANONYMOUS, as security.protocol is " + protocol
                + (protocol.equals("SSL") ? " and there is no ssl.keystore.*" : "");
    }

    /** The settings that decide whether the cluster accepts the client, without secrets. */
    public String summary() {
        Map<String, String> shown = new TreeMap<>();
        shown.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol() + (isProtocolSet() ? "" : ", the default"));
        if (protocol().startsWith("SASL")) {
            shown.put(SaslConfigs.SASL_MECHANISM, mechanism());
        }
        return shown.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(joining(", "));
    }

    /** Whether the client uses TLS. */
    public boolean isTls() {
        return protocol().endsWith("SSL");
    }

    private boolean isProtocolSet() {
        return text(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG) != null;
    }

    private String protocol() {
        String protocol = text(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG);
        return protocol == null ? DEFAULT_PROTOCOL : protocol.toUpperCase(Locale.ROOT);
    }

    private String mechanism() {
        String mechanism = text(SaslConfigs.SASL_MECHANISM);
        return mechanism == null ? SaslConfigs.DEFAULT_SASL_MECHANISM : mechanism;
    }

    private boolean hasCertificate() {
        return Stream.of(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, SslConfigs.SSL_KEYSTORE_KEY_CONFIG)
                .anyMatch(key -> text(key) != null);
    }

    /** The user of PLAIN and SCRAM; null if the settings name none. */
    private @Nullable String saslUser() {
        String jaas = text(SaslConfigs.SASL_JAAS_CONFIG);
        boolean isByPassword = mechanism().equals("PLAIN") || mechanism().startsWith("SCRAM-");
        if (jaas == null || !isByPassword) {
            return null;
        }
        Matcher user = USERNAME.matcher(jaas);
        return user.find()
                ? Stream.of(1, 2, 3)
                        .map(user::group)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private @Nullable String text(String key) {
        Object value = settings.get(key);
        return value == null || value.toString().isBlank()
                ? null
                : value.toString().strip();
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return who() + ", " + summary();
    }
}
