/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import java.util.HashMap;
import java.util.Map;

/** The contenders: how an application is traced. */
enum Tracing {
    NONE("without tracing", 0),
    ALL("all sampled", 1),
    ONE_PERCENT("1% sampled", 0.01),
    /** Prebuilt trace headers, which nobody reads. */
    READY_HEADERS("ready headers", 0),
    /** Prebuilt trace headers, and three prebuilt events per message. */
    READY_EVENTS("ready headers and events", 1);

    static final String TOPIC = "message-trace";
    static final String PRODUCER = "TraceProducerInterceptor";
    static final String CONSUMER = "TraceConsumerInterceptor";

    private final String title;
    private final double ratio;

    Tracing(String title, double ratio) {
        this.title = title;
        this.ratio = ratio;
    }

    String title() {
        return title;
    }

    /** The client properties that install the interceptor. */
    Map<String, Object> properties(String interceptor) {
        if (this == NONE) {
            return Map.of();
        } else if (this == READY_HEADERS || this == READY_EVENTS) {
            return interceptor.equals(PRODUCER)
                    ? Map.of("interceptor.classes", ReadyMade.class.getName(), ReadyMade.EVENTS, this == READY_EVENTS)
                    : Map.of();
        }
        Map<String, Object> properties = new HashMap<>();
        properties.put("interceptor.classes", "io.kafkacourier.interceptors." + interceptor);
        properties.put("courier.trace.topic", TOPIC);
        properties.put("courier.trace.sampling.ratio", Double.toString(ratio));
        return properties;
    }
}
