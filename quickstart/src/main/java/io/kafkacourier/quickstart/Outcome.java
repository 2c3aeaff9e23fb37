/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import java.util.List;
import java.util.Map;

/**
 * What became of the messages of one run.
 *
 * @param connectors which connectors the messages pass
 * @param messages what was published
 * @param arrivals what was read from the destinations
 * @param latenessMs of the delayed messages, ascending
 * @param deadTraces what the sink refused: how many by reason
 * @param traceEvents how many events are in the trace topic
 * @param documentsByIndex trace documents in Elasticsearch
 * @param documentsByEvent the same by what they tell
 * @param timeline the trace events of one message
 * @param failures what the worker says of connectors and tasks that failed
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
