/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import org.jspecify.annotations.Nullable;

/**
 * What all events of one client say of it.
 *
 * @param node the name of its hop
 * @param service empty where it is not told
 * @param clientId null where it has none
 * @param group null for producers, and for consumers without
 */
record ClientTrace(
        String node,
        String service,
        @Nullable String clientId,
        @Nullable String group) {

    static ClientTrace of(TraceInterceptorConfig config) {
        return new ClientTrace(config.node(), config.service(), config.clientId(), config.group());
    }

    TraceEvent.Builder event(EventType type, String eventId, TraceContext context, long nowMs) {
        return TraceEvent.builder(type, eventId, context, nowMs)
                .keyword(TraceField.NODE, node)
                .keyword(TraceField.SERVICE, service)
                .keyword(TraceField.CLIENT_ID, clientId)
                .keyword(TraceField.GROUP, group);
    }
}
