/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.header.ConnectMessageHeaders.Form;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeaderFormTest {

    private static final byte[] BYTES = {1};

    @Test
    void followsTheHeadersIfThereAreAny() {
        assertThat(form(new ConnectHeaders().addBytes("h", BYTES), "text")).isEqualTo(Form.BYTES);
        assertThat(form(new ConnectHeaders().add("h", ByteBuffer.wrap(BYTES), null), "text"))
                .isEqualTo(Form.BYTES);
        assertThat(form(new ConnectHeaders().addString("h", "x"), BYTES)).isEqualTo(Form.STRING);
        assertThat(form(new ConnectHeaders().addInt("h", 1), BYTES)).isEqualTo(Form.STRING);
    }

    @Test
    void followsTheValueIfThereAreNoHeaders() {
        assertThat(form(new ConnectHeaders(), BYTES)).isEqualTo(Form.BYTES);
        assertThat(form(new ConnectHeaders(), ByteBuffer.wrap(BYTES))).isEqualTo(Form.BYTES);
        assertThat(form(new ConnectHeaders(), "text")).isEqualTo(Form.STRING);
        assertThat(form(new ConnectHeaders(), Map.of())).isEqualTo(Form.STRING);
        assertThat(form(new ConnectHeaders(), null)).isEqualTo(Form.STRING);
    }

    @Test
    void ignoresHeadersWithoutValue() {
        assertThat(form(new ConnectHeaders().add("none", null, null).addBytes("h", BYTES), "text"))
                .isEqualTo(Form.BYTES);
        assertThat(form(new ConnectHeaders().add("none", null, null), BYTES)).isEqualTo(Form.BYTES);
    }

    private static Form form(Headers headers, @Nullable Object value) {
        return HeaderForm.of(new SourceRecord(Map.of(), Map.of(), "t", null, null, null, null, value, null, headers));
    }
}
