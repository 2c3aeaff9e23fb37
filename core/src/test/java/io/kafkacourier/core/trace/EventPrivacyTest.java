/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventPrivacyTest {

    @Test
    void hashesKeysByDefaultAndKeepsErrorMessages() {
        // printf %s k | sha256sum | cut -c1-16
        assertThat(EventPrivacy.defaults().key("k")).isEqualTo("8254c329a92850f6");
        assertThat(EventPrivacy.defaults().errorMessage("no broker")).isEqualTo("no broker");
    }

    @ParameterizedTest
    @CsvSource({
        // printf %s KEY | openssl dgst -sha256 -hmac SECRET -r | cut -c1-16
        "pepper, k,               83ef0d5e11295bc9",
        "größe,  +49 170 1234567, 94f091bb89aef0a2",
    })
    void hashesWithTheSecretIfThereIsOne(String secret, String key, String hash) {
        EventPrivacy privacy = EventPrivacy.of("hash", secret, "capped");

        assertThat(privacy.key(key)).isEqualTo(hash);
        assertThat(privacy.key(key.getBytes(UTF_8))).isEqualTo(hash);
        assertThat(privacy.key(ByteBuffer.wrap(key.getBytes(UTF_8)))).isEqualTo(hash);
    }

    @Test
    void hashesNumbersAsKafkaSerializesThem() {
        EventPrivacy privacy = EventPrivacy.of("hash", "pepper", "capped");

        assertThat(privacy.key(4711L))
                .isEqualTo(privacy.key(ByteBuffer.allocate(8).putLong(0, 4711)))
                .isNotEqualTo(privacy.key("4711"));
    }

    @Test
    void revealsKeysInClearOnlyOnRequest() {
        EventPrivacy clear = EventPrivacy.of("clear", "pepper", "capped");
        UUID uuid = UUID.fromString("0190163d-8694-739b-aea5-966c26f8ad91");

        assertThat(clear.key("k")).isEqualTo("k");
        assertThat(clear.key("größe".getBytes(UTF_8))).isEqualTo("größe");
        assertThat(clear.key(4711L)).isEqualTo("4711");
        assertThat(clear.key(uuid)).isEqualTo(uuid.toString());
    }

    @Test
    void revealsNothingOnRequest() {
        EventPrivacy none = EventPrivacy.of("none", "", "none");

        assertThat(none.key("k")).isNull();
        assertThat(none.errorMessage("For input string: \"4111 1111\"")).isNull();
    }

    @Test
    void revealsNothingOfNullAndOfStructures() {
        assertThat(EventPrivacy.defaults().key(null)).isNull();
        assertThat(EventPrivacy.defaults().key(List.of(1))).isNull();
        assertThat(EventPrivacy.of("clear", "", "capped").key(List.of(1))).isNull();
        assertThat(EventPrivacy.defaults().errorMessage(null)).isNull();
    }
}
