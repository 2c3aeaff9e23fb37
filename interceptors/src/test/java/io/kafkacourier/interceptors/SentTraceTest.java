/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import org.junit.jupiter.api.Test;

class SentTraceTest {

    @Test
    void remembersNoMoreOfHeadersAndKeysThanEventsContain() {
        TraceContext trace = new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", null, true, "");

        SentTrace sent = new SentTrace(trace, new byte[55], "m".repeat(100_000), "k".repeat(100_000), 0, 0);

        assertThat(sent.messageId()).hasSize(TraceEvent.KEYWORD_MAX);
        assertThat(sent.keyText()).hasSize(TraceEvent.KEYWORD_MAX);
    }
}
