/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import java.util.HashMap;
import java.util.Map;

/** How much of what an application sends and receives is traced. */
enum Tracing {
    NONE("without tracing", 0),
    ALL("all sampled", 1),
    ONE_PERCENT("1% sampled", 0.01);

    static final String TOPIC = "message-trace";

    private final String title;
    private final double ratio;

    Tracing(String title, double ratio) {
        this.title = title;
        this.ratio = ratio;
    }

    String title() {
        return title;
    }

    /** The properties of a client with that interceptor. */
    Map<String, Object> properties(String interceptor) {
        if (this == NONE) {
            return Map.of();
        }
        Map<String, Object> properties = new HashMap<>();
        properties.put("interceptor.classes", "io.kafkacourier.interceptors." + interceptor);
        properties.put("courier.trace.topic", TOPIC);
        properties.put("courier.trace.sampling.ratio", Double.toString(ratio));
        return properties;
    }
}
