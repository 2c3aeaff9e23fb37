/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientSecurityTest {

    private static final String MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PLAIN         | username="courier" password="p;x";      | User:courier
            SCRAM-SHA-256 | password="p" username='two words';      | User:two words
            SCRAM-SHA-512 | username=courier password=p;            | User:courier
            SCRAM-SHA-512 | tokenauth=true username = "token id" ;  | User:token id
            PLAIN         | serviceName="kafka";                    | the principal of its sasl.mechanism, PLAIN
            OAUTHBEARER   | username="ignored";                     | the principal of its sasl.mechanism, OAUTHBEARER
            """)
    void namesThePrincipalOfAPassword(String mechanism, String options, String principal) {
        ClientSecurity security = new ClientSecurity(
                "consumer",
                Map.of(
                        "security.protocol",
                        "sasl_ssl",
                        "sasl.mechanism",
                        mechanism,
                        "sasl.jaas.config",
                        MODULE + options));

        assertThat(security.principal()).isEqualTo(principal);
        assertThat(security.who()).isEqualTo("the connector's consumer (" + principal + ")");
        assertThat(security.summary()).isEqualTo("sasl.mechanism=" + mechanism + ", security.protocol=SASL_SSL");
        assertThat(security.toString()).doesNotContain("password", MODULE);
    }

    @Test
    void namesThePrincipalOfACertificateOrOfNothing() {
        assertThat(principal(Map.of())).isEqualTo("User:ANONYMOUS, as security.protocol is PLAINTEXT");
        assertThat(principal(Map.of("security.protocol", "SSL")))
                .isEqualTo("User:ANONYMOUS, as security.protocol is SSL and there is no ssl.keystore.*");
        assertThat(principal(Map.of("security.protocol", "SSL", "ssl.keystore.location", "/k.p12")))
                .isEqualTo("the subject of the certificate in ssl.keystore.*");
        assertThat(principal(Map.of("security.protocol", "SASL_SSL")))
                .isEqualTo("the principal of its sasl.mechanism, GSSAPI");
    }

    @Test
    void comparesOnlySecuritySettings() {
        Map<String, Object> settings = new HashMap<>(Map.of("security.protocol", "SSL", "client.id", "a"));
        ClientSecurity one = new ClientSecurity("consumer", settings);
        settings.put("client.id", "b");
        assertThat(new ClientSecurity("admin client", settings).isSameAs(one)).isTrue();
        settings.put("ssl.truststore.location", "/t.p12");
        assertThat(new ClientSecurity("admin client", settings).isSameAs(one)).isFalse();
        assertThat(one.summary()).isEqualTo("security.protocol=SSL");
        assertThat(new ClientSecurity("consumer", Map.of()).summary())
                .isEqualTo("security.protocol=PLAINTEXT, the default");
    }

    private static String principal(Map<String, Object> settings) {
        return new ClientSecurity("consumer", settings).principal();
    }
}
