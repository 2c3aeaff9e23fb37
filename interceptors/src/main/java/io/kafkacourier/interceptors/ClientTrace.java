/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.SharedFields;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that all events of one client have in common.
 *
 * @param node the name of the client's hop
 * @param fields node, service, client and group, as far as it has them
 */
record ClientTrace(String node, SharedFields fields) {

    static ClientTrace of(TraceInterceptorConfig config) {
        Map<TraceField, @Nullable String> fields = new EnumMap<>(TraceField.class);
        fields.put(TraceField.NODE, config.node());
        fields.put(TraceField.SERVICE, config.service());
        fields.put(TraceField.CLIENT_ID, config.clientId());
        fields.put(TraceField.GROUP, config.group());
        return new ClientTrace(config.node(), SharedFields.of(fields));
    }

    TraceEvent.Builder event(EventType type, String eventId, TraceContext context, long nowMs) {
        return TraceEvent.builder(type, eventId, context, nowMs).all(fields);
    }
}
