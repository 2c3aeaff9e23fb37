/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceOptionsTest {

    @Test
    void refusesOtherFormsOfKeysAndErrors() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> EventPrivacyOptions.keys().ensureValid("key", "full"))
                .withMessageContaining("hash, clear, none");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> EventPrivacyOptions.errorMessages().ensureValid("error.message", "all"))
                .withMessageContaining("capped, none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "traceparent",
                "tracestate",
                "message_id",
                "trace_hops",
                "b3",
                "x-b3-traceid",
                "__courier.origin.topic"
            })
    void refusesAHeaderForTheTraceIdWithAnotherMeaning(String name) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TraceHeaderOptions.traceIdHeaders().ensureValid("trace.id.header", name))
                .withMessageStartingWith(
                        "Invalid value " + name + " for configuration trace.id.header: has another meaning")
                .withMessageContaining("allowed: empty, or a name other than b3, ce_traceparent,");
    }
}
