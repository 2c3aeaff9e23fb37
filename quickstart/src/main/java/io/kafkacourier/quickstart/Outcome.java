/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import java.util.List;
import java.util.Map;

/**
 * The results of one run.
 *
 * @param connectors the connectors on the way of the messages
 * @param messages the published messages
 * @param arrivals the records in the destination topics
 * @param latenessMs the latenesses of the delayed messages, ascending
 * @param deadTraces the number of trace records that the sink refused, by reason
 * @param traceEvents the number of events in the trace topic
 * @param documentsByIndex the number of trace documents in Elasticsearch, by index
 * @param documentsByEvent the number of trace documents, by event
 * @param timeline the trace events of one message
 * @param failures the worker's messages about failed connectors and tasks
 */
record Outcome(
        List<String> connectors,
        List<Message> messages,
        List<Arrival> arrivals,
        List<Long> latenessMs,
        Map<String, Long> deadTraces,
        long traceEvents,
        Map<String, Long> documentsByIndex,
        Map<String, Long> documentsByEvent,
        Timeline timeline,
        List<String> failures) {}
