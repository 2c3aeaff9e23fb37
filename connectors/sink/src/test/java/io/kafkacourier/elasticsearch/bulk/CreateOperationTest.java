/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.elasticsearch.document.Document;
import org.junit.jupiter.api.Test;

class CreateOperationTest {

    private final CreateOperation operation = new CreateOperation(
            new Document("traces-2026.11.22", "ä-1".getBytes(UTF_8), "{\"a\":\"€\"}".getBytes(UTF_8)));

    @Test
    void isTwoLinesThatNameTheIndexAndTheId() {
        byte[] buffer = new byte[operation.length()];
        operation.writeTo(buffer, 0);

        assertThat(buffer).asString(UTF_8).isEqualTo("""
                {"create":{"_index":"traces-2026.11.22","_id":"ä-1"}}
                {"a":"€"}
                """);
        assertThat(operation.destination()).isEqualTo("traces-2026.11.22");
    }

    @Test
    void writesAtItsPlaceAndNowhereElse() {
        byte[] buffer = new byte[operation.length() + 2];
        operation.writeTo(buffer, 1);

        assertThat(buffer[0]).isZero();
        assertThat(buffer[buffer.length - 1]).isZero();
        assertThat(new String(buffer, 1, operation.length(), UTF_8))
                .startsWith("{\"create\"")
                .endsWith("}\n");
    }
}
